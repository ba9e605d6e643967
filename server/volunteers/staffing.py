"""What staff do with activities: publish, change the number of places, call off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.notices import outbox
from server.people import posts
from server.people.models import Role
from server.volunteers import activities, closing, line
from server.volunteers.models import (
    PRESENT,
    Activity,
    ActivityState,
    Field,
    Shift,
    Signup,
    SignupState,
    TeamKind,
)
from server.volunteers.policy import Policy
from server.volunteers.refusals import (
    ActivityMissing,
    BadDraft,
    FewerThanTaken,
    NotStaffHere,
    ShiftMissing,
)
from server.volunteers.shifts import is_live, shift, signup
from server.volunteers.views import ActivityView

MAY_PUBLISH = (Role.DISTRICT_OPERATOR, Role.COMMUNITY_WORKER)
LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Time:
    """When a shift takes how many people; sign-up ends at `closes_at`, else at the start."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Draft:
    """An activity as staff describe it. The risk note is no option: 志愿服务条例 art. 12."""

    title: str
    area_code: str
    place: str
    leader_name: str
    risk_note: str
    times: tuple[Time, ...]
    field: Field = Field.OTHER
    team: TeamKind = TeamKind.OTHER


def publish(
    session: Session, draft: Draft, now: datetime, *, policy: Policy, by: int | None = None
) -> ActivityView:
    """Put an activity before the people, with all its shifts, and return it with its number.

    `by` is the staff member; None stands for the operator at the command line. Refused when
    their role does not reach the area, or the draft lacks what people must be told.
    """
    area = tree.by_code(session, draft.area_code)
    if by is not None:
        may_act(session, by, area, now)
    _check(draft, now)
    activity = _numbered(session, draft, area, now)
    for time in draft.times:
        session.add(_shift(activity, time, now, policy))
    session.flush()
    return activities.by_id(session, activity.id, None, now)


def set_capacity(
    session: Session, shift_id: int, capacity: int, now: datetime, *, policy: Policy
) -> int:
    """Change the number of places; more places are offered to the line in the same stroke.

    Returns how many were offered. Refused below the places already held.
    """
    changed = session.execute(
        update(Shift.__table__)
        .where(shift.id == shift_id, shift.taken <= capacity)
        .values(capacity=max(capacity, 1))
    )
    if not line.changed(changed):
        taken = session.scalar(select(shift.taken).where(shift.id == shift_id))
        if taken is None:
            raise ShiftMissing
        raise FewerThanTaken(taken=taken)
    return line.fill(session, shift_id, now, policy)


def cancel(session: Session, activity_id: int, now: datetime) -> int:
    """Call the activity off and tell everybody who counted on it; return how many.

    The shifts are closed first: who signs up at the same moment is either told or refused. Who is
    there already has served until now, and keeps that.
    """
    activity = session.get(Activity, activity_id, with_for_update=True)
    if activity is None:
        raise ActivityMissing(number=activity_id)
    if activity.state is ActivityState.CANCELLED:
        return 0
    activity.state = ActivityState.CANCELLED
    session.flush()
    # persons are locked before shifts
    mine = select(shift.id).where(shift.activity_id == activity_id)
    closing.interrupt(session, session.scalars(mine), now)
    session.execute(
        update(Shift.__table__).where(shift.activity_id == activity_id).values(closes_at=now)
    )
    told = _revoke(session, activity_id, now)
    for row in told:
        facts = {"number": activity.number, "title": activity.title, "starts_at": row.starts_at}
        outbox.drop(session, f"volunteers.reminder:{row.id}", now)
        key = f"volunteers.cancelled:{row.id}"
        outbox.queue(session, row.person_id, "volunteers.cancelled", key, now, facts)
    return len(told)


def may_act(session: Session, by: int, area: Area, now: datetime) -> None:
    """Refuse unless a role of this person reaches the area."""
    if not any(posts.reaches(session, by, role, area, now) for role in MAY_PUBLISH):
        raise NotStaffHere(area=area.name)


def _check(draft: Draft, now: datetime) -> None:
    wanted = (draft.title, draft.place, draft.leader_name, draft.risk_note)
    if not all(text.strip() for text in wanted) or not draft.times:
        raise BadDraft
    for time in draft.times:
        lasts = time.ends_at - time.starts_at
        if time.capacity < 1 or not timedelta() < lasts <= LONGEST or time.starts_at <= now:
            raise BadDraft


def _numbered(session: Session, draft: Draft, area: Area, now: datetime) -> Activity:
    """Insert the activity under the next number; of two at once one takes the number after."""
    while True:
        last = session.scalar(select(func.max(Activity.number))) or 0
        activity = Activity(
            number=last + 1,
            title=draft.title.strip(),
            field=draft.field,
            team=draft.team,
            area_id=area.id,
            place=draft.place.strip(),
            leader_name=draft.leader_name.strip(),
            risk_note=draft.risk_note.strip(),
            state=ActivityState.OPEN,
            closes_at=max(time.closes_at or time.starts_at for time in draft.times),
            ends_at=max(time.ends_at for time in draft.times),
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(activity)
        except IntegrityError:
            continue
        return activity


def _shift(activity: Activity, time: Time, now: datetime, policy: Policy) -> Shift:
    return Shift(
        activity_id=activity.id,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        capacity=time.capacity,
        opens_at=time.opens_at or now,
        closes_at=time.closes_at or time.starts_at,
        free_cancel_until=time.starts_at - policy.free_cancel,
    )


def _revoke(session: Session, activity_id: int, now: datetime) -> Sequence[Row[Any, Any, Any]]:
    live = session.execute(
        select(signup.id, signup.person_id, shift.starts_at)
        .join(Shift.__table__, shift.id == signup.shift_id)
        .where(shift.activity_id == activity_id, is_live, signup.state.not_in(PRESENT))
        .order_by(signup.id)
    ).all()
    session.execute(
        update(Signup.__table__)
        .where(signup.id.in_([row.id for row in live]))
        .values(state=SignupState.REVOKED, changed_at=now, offer_ends_at=None)
    )
    return live
