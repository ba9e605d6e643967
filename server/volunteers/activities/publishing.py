"""How an activity comes before the people, and back from there while nobody has signed up."""

from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.people import posts
from server.people.models import Role
from server.staff.approvals import ReasonNeeded, SecondPersonNeeded, assure_asker
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.activities import activities, asker_news, desk, drafts
from server.volunteers.activities.drafts import Draft
from server.volunteers.models import Activity, ActivityState, Risk, Shift, Signup
from server.volunteers.policy import Policy
from server.volunteers.refusals import (
    NotInThisState,
    NotStaffHere,
    PastDraft,
    UseCancel,
)
from server.volunteers.views import ActivityView

MAY_PUBLISH = (Role.DISTRICT_OPERATOR, Role.COMMUNITY_WORKER)
OPENABLE = (ActivityState.DRAFT, ActivityState.REVIEW)


class Opening(NamedTuple):
    """Who may open an activity: whoever holds the right, or only a second such person."""

    right: Right
    second_person: bool


OPENING = {
    Risk.NORMAL: Opening(Right.MANAGE_ACTIVITIES, second_person=False),
    Risk.HIGH: Opening(Right.REVIEW_ACTIVITIES, second_person=True),
}
"""The district's rule: a community opens ordinary work itself; risky work is looked at by the
street, and never opened by whoever drafted it."""


def publish(
    session: Session, draft: Draft, now: datetime, *, policy: Policy, by: int | None = None
) -> ActivityView:
    """Put an activity before the people, with all its shifts, and return it with its number.

    `by` is the staff member; None stands for the operator at the command line. Refused when
    their role does not reach the area, the work is risky (that takes two persons), or the draft
    lacks what people must be told.
    """
    area = tree.by_code(session, draft.area_code)
    if by is not None:
        _may_act(session, by, area, now)
    drafts.check(draft, now)
    risk = Risk(str(draft.facts()["risk"]))
    if by is not None and OPENING[risk].second_person:
        raise SecondPersonNeeded
    drafts.check_safety(draft.field, risk, draft.insurance_ref, draft.command_contact)
    activity = drafts.insert(session, draft, area, now, state=ActivityState.OPEN, by=by)
    drafts.put_times(session, activity, draft.times, now, policy)
    return activities.by_id(session, activity.id, None, now)


def submit(session: Session, reach: Reach, activity_id: int, seen: int, now: datetime) -> Activity:
    """Hand a draft over for review; asking twice is asking once."""
    activity, area = desk.held(session, reach, Right.MANAGE_ACTIVITIES, activity_id)
    if activity.state is ActivityState.REVIEW:
        return activity
    _is_ready(session, activity, (ActivityState.DRAFT,), now)
    desk.claim(session, activity, seen)
    activity.state, activity.state_reason = ActivityState.REVIEW, None
    desk.note(session, reach, "activity.submitted", activity, area, now)
    return activity


def open_up(session: Session, reach: Reach, activity_id: int, seen: int, now: datetime) -> Activity:
    """Open the activity as it was seen for sign-up, by the rule for its risk (`OPENING`)."""
    activity, area = desk.held(session, reach, Right.MANAGE_ACTIVITIES, activity_id)
    if activity.state is ActivityState.OPEN:
        return activity
    rule = OPENING[activity.risk]
    reach.require(rule.right, area.path)
    if rule.second_person:
        _assure_drafter(session, reach, activity, area, now)
    _is_ready(session, activity, OPENABLE, now)
    desk.claim(session, activity, seen)
    activity.state, activity.state_reason = ActivityState.OPEN, None
    activity.reviewed_by = reach.person_id
    asker_news.tell_when(session, activity, now)
    desk.note(session, reach, "activity.opened", activity, area, now)
    return activity


def send_back(
    session: Session, reach: Reach, activity_id: int, reason: str, now: datetime
) -> Activity:
    """Send an activity under review back to whoever drafted it, with a reason."""
    if not reason.strip():
        raise ReasonNeeded
    activity, area = desk.held(session, reach, Right.REVIEW_ACTIVITIES, activity_id)
    if activity.state is not ActivityState.REVIEW:
        raise NotInThisState(title=activity.title)
    activity.state, activity.state_reason = ActivityState.DRAFT, reason.strip()[:200]
    desk.claim(session, activity, activity.revision)
    desk.note(
        session, reach, "activity.sent_back", activity, area, now, reason=activity.state_reason
    )
    return activity


def unpublish(session: Session, reach: Reach, activity_id: int, now: datetime) -> Activity:
    """Take an activity back that nobody ever signed up for; otherwise it must be called off.

    The shifts are closed first: a sign-up on its way has then either been counted or is refused.
    """
    activity, area = desk.held(session, reach, Right.MANAGE_ACTIVITIES, activity_id)
    if activity.state is ActivityState.UNPUBLISHED:
        return activity
    if activity.state is not ActivityState.OPEN:
        raise NotInThisState(title=activity.title)
    close_shifts(session, activity_id, now)
    if session.scalar(_SIGNED_UP.where(Shift.activity_id == activity_id)):
        raise UseCancel(title=activity.title)
    activity.state, activity.closes_at = ActivityState.UNPUBLISHED, now
    asker_news.tell_called_off(session, activity, now)
    desk.note(session, reach, "activity.unpublished", activity, area, now)
    return activity


def close_shifts(session: Session, activity_id: int, now: datetime) -> None:
    """End sign-up for every shift at once, waiting for those who are signing up just now.

    From its opening on, not from this moment: whoever has waited for us looked at the clock before
    we did, and would still be in time.
    """
    never = case((Shift.opens_at < now, Shift.opens_at), else_=now)
    session.execute(
        update(Shift)
        .where(Shift.activity_id == activity_id, Shift.ends_at > now)
        .values(closes_at=never)
        .execution_options(synchronize_session=False)
    )


_SIGNED_UP = select(Signup.id).join(Shift, Shift.id == Signup.shift_id).limit(1)


def _is_ready(
    session: Session, activity: Activity, states: tuple[ActivityState, ...], now: datetime
) -> None:
    """Refuse what cannot be opened: another state, no time ahead, risky without insurance."""
    if activity.state not in states:
        raise NotInThisState(title=activity.title)
    first = session.scalar(
        select(Shift.starts_at)
        .where(Shift.activity_id == activity.id)
        .order_by(Shift.starts_at)
        .limit(1)
    )
    if first is None or first <= now:
        raise PastDraft(title=activity.title)
    drafts.check_safety(
        activity.field, activity.risk, activity.insurance_ref, activity.command_contact
    )


def may_open(reach: Reach, activity: Activity, path: str) -> bool:
    """Tell whether this person is one who may open the activity, by the rule for its risk."""
    rule = OPENING[activity.risk]
    own = reach.person_id in (activity.created_by, activity.edited_by)
    return reach.covers(rule.right, path) and not (rule.second_person and own)


def _assure_drafter(
    session: Session, reach: Reach, activity: Activity, area: Area, now: datetime
) -> None:
    """Refuse whoever drafted or edited it, and a draft by somebody who may draft no more.

    The latter a colleague saves once more, and so makes it their own.
    """
    if reach.person_id in (activity.created_by, activity.edited_by):
        raise SecondPersonNeeded
    if activity.drafted_by is not None:
        may_draft = partial(_may_draft, path=area.path)
        assure_asker(session, activity.drafted_by, may_draft, now)


def _may_draft(asking: Reach, path: str) -> None:
    asking.require(Right.MANAGE_ACTIVITIES, path)


def _may_act(session: Session, by: int, area: Area, now: datetime) -> None:
    """Refuse unless a role of this person reaches the area."""
    if not any(posts.reaches(session, by, role, area, now) for role in MAY_PUBLISH):
        raise NotStaffHere(area=area.name)
