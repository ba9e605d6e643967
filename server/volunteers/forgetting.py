"""What volunteering forgets of a person.

Hours stay, as minutes of a number that names nobody: statistics must not change afterwards. So do
certificates, whose paper the volunteer keeps and whose number can still be verified. What people
wrote, or others wrote about them, goes.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from server.errors import Conflict
from server.people import erasing, erasures, leaving
from server.people.models import Channel
from server.staff.models import Approval
from server.volunteers.models import (
    PRESENT,
    Activity,
    ActivityState,
    Attendance,
    CalendarFeed,
    Certificate,
    Dispute,
    DisputeState,
    MemberState,
    Need,
    NeedState,
    NeedStep,
    Oddity,
    OwnCode,
    PlaceHint,
    RecordVersion,
    ServiceRecord,
    Signup,
    SignupState,
    Skill,
    Team,
    TeamMember,
)
from server.volunteers.policy import Policy
from server.volunteers.signups import line, signups
from server.volunteers.signups.shifts import standing

BY_OTHER_DOORS = (Channel.CONSOLE, Channel.PHONE, Channel.PAPER)
ENDED_NEEDS = (
    NeedState.DONE,
    NeedState.RATED,
    NeedState.CLOSED,
    NeedState.REJECTED,
    NeedState.WITHDRAWN,
)


class StillLeads(Conflict):
    """Whoever leads an activity that is still ahead hands it over before they leave."""

    code = "privacy.still_leads"


def hold(session: Session, person_id: int, now: datetime) -> None:
    """Refuse while people count on this person to lead."""
    title = session.scalar(
        select(Activity.title)
        .where(
            Activity.leader_id == person_id,
            Activity.state.in_((ActivityState.OPEN, ActivityState.REVIEW)),
            Activity.ends_at > now,
        )
        .limit(1)
    )
    if title is not None:
        raise StillLeads(title=title)


def serves(session: Session, person_id: int, since: datetime) -> bool:
    """Tell whether staff have served the person by other doors than WeChat since then."""
    by_staff = or_(Signup.channel.in_(BY_OTHER_DOORS), Signup.entered_by.is_not(None))
    return bool(
        session.scalar(
            select(func.count())
            .select_from(Signup)
            .where(Signup.person_id == person_id, by_staff, Signup.changed_at > since)
        )
    )


def forget(session: Session, person_id: int, now: datetime) -> None:
    """Forget a volunteer, a member, an asker and a leader; pass their places on."""
    _leave_shifts(session, person_id, now)
    _forget_presence(session, person_id)
    _forget_words_of_records(session, person_id, now)
    _forget_needs(session, person_id, now)
    _leave_teams(session, person_id, now)
    session.execute(
        update(Certificate).where(Certificate.person_id == person_id).values(snapshot=b"")
    )
    session.execute(delete(Skill).where(Skill.person_id == person_id))


def _leave_shifts(session: Session, person_id: int, now: datetime) -> None:
    """Give back what is still ahead, shift after shift in one order, and offer it to the line."""
    ahead = sorted(mine.shift_id for mine in signups.mine(session, person_id, now))
    for shift_id in ahead:
        line.lock(session, shift_id)
        where = standing(session, person_id, shift_id)
        if where.state is not None and where.state not in PRESENT:
            line.leave(session, where, SignupState.CANCELLED, now, Policy())
    # why a clash was allowed is a sentence about the person
    session.execute(update(Signup).where(Signup.person_id == person_id).values(override=None))


def _forget_presence(session: Session, person_id: int) -> None:
    mine = select(Attendance.id).where(Attendance.person_id == person_id)
    session.execute(delete(PlaceHint).where(PlaceHint.attendance_id.in_(mine)))
    session.execute(
        update(Attendance)
        .where(Attendance.person_id == person_id)
        .values(device=None, evidence=None)
    )
    for table in (OwnCode, CalendarFeed):
        session.execute(delete(table).where(table.person_id == person_id))
    session.execute(update(Oddity).where(Oddity.person_id == person_id).values(facts={}, note=None))


def _forget_words_of_records(session: Session, person_id: int, now: datetime) -> None:
    """Keep every version with its minutes; the sentences beside them may name somebody."""
    mine = select(ServiceRecord.id).where(ServiceRecord.person_id == person_id)
    session.execute(
        update(RecordVersion)
        .where(RecordVersion.record_id.in_(mine))
        .values(reason="", evidence=None)
    )
    of_mine = Approval.facts["record"].as_integer().in_(mine)
    session.execute(update(Approval).where(of_mine).values(reason="", note=None))
    objections = or_(Dispute.person_id == person_id, Dispute.record_id.in_(mine))
    session.execute(
        update(Dispute)
        .where(objections, Dispute.state == DisputeState.OPEN)
        .values(state=DisputeState.WITHDRAWN, answered_at=now)
    )
    session.execute(update(Dispute).where(objections).values(words=b"", answer=None))
    session.execute(
        update(ServiceRecord).where(ServiceRecord.person_id == person_id).values(disputed=False)
    )


def _forget_needs(session: Session, person_id: int, now: datetime) -> None:
    """Withdraw what they still need. What they raised for others is not theirs to be forgotten."""
    mine: ColumnElement[bool] = Need.raised_by == person_id
    own = mine & Need.on_behalf.is_(False)
    asked = select(Need.id).where(own, Need.state.not_in(ENDED_NEEDS)).with_for_update()
    for need_id in session.scalars(asked).all():
        session.add(
            NeedStep(need_id=need_id, at=now, by=None, channel=Channel.CHAT, action="erased")
        )
        session.execute(
            update(Need)
            .where(Need.id == need_id)
            .values(state=NeedState.WITHDRAWN, changed_at=now, due_at=None)
        )
    session.execute(
        update(NeedStep).where(NeedStep.need_id.in_(select(Need.id).where(own))).values(note=None)
    )
    empty_needs(session, own)


def empty_needs(session: Session, which: ColumnElement[bool]) -> int:
    """Empty what needs hold of persons and their homes; what kind of need it was stays."""
    emptied = session.execute(
        update(Need)
        .where(which)
        .values(
            words=b"",
            asker_name=None,
            asker_phone=None,
            address=None,
            rating_note=None,
            follow_up=None,
            reason=None,
            closing_note=None,
        )
        .returning(Need.id)
    )
    return len(emptied.all())


def _leave_teams(session: Session, person_id: int, now: datetime) -> None:
    session.execute(
        update(TeamMember)
        .where(
            TeamMember.person_id == person_id,
            TeamMember.state.in_((MemberState.ASKED, MemberState.MEMBER)),
        )
        .values(state=MemberState.LEFT, changed_at=now)
    )
    session.execute(update(Team).where(Team.leader_id == person_id).values(leader_id=None))


erasing.FOLLOWERS.append(forget)
erasures.HOLDS.append(hold)
leaving.SERVED.append(serves)
