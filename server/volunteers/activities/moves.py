"""Another time or place for an activity that is open: everybody who counts on it is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, func, select, update
from sqlalchemy.orm import Session, aliased

from config.wording import say
from server.notices import outbox
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.activities import asker_news, desk
from server.volunteers.models import Activity, ActivityState, Shift, Signup, SignupState
from server.volunteers.policy import LONGEST, Policy
from server.volunteers.refusals import AlreadyBegun, BadDraft, NotInThisState, PeopleInside
from server.volunteers.signups import reminders
from server.volunteers.signups.shifts import activity as activity_
from server.volunteers.signups.shifts import holding_among, is_live, is_present, shift, signup

_LIVE = select(signup.id, signup.person_id, signup.state).where(is_live).order_by(signup.id)


def reschedule(  # noqa: PLR0913  who, which shift in the version they saw, from when to when
    session: Session,
    reach: Reach,
    shift_id: int,
    seen: int,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    *,
    policy: Policy,
) -> int:
    """Give a shift that has not begun another time; return how many people were told.

    Whoever counts on it may leave without being late, is reminded anew, and hears of another
    sign-up that now lies at the same time. Refused once somebody has checked in.
    """
    activity, area, moved = desk.held_shift(session, reach, Right.MANAGE_ACTIVITIES, shift_id)
    if (moved.starts_at, moved.ends_at) == (starts_at, ends_at):
        return 0
    _may_move(activity, moved.starts_at, now)
    if not now < starts_at < ends_at <= starts_at + LONGEST:
        raise BadDraft
    desk.claim(session, activity, seen)
    was = moved.starts_at
    told = _move(session, activity, moved, now, (starts_at, ends_at), policy)
    _follow_shifts(session, activity)
    asker_news.tell_when(session, activity, now)
    desk.note(
        session, reach, "shift.moved", activity, area, now, shift=shift_id, told=told, was=was
    )
    return told


def relocate(  # noqa: PLR0913  who, which activity in the version they saw, to which place
    session: Session,
    reach: Reach,
    activity_id: int,
    seen: int,
    place: str,
    now: datetime,
    *,
    policy: Policy,
) -> int:
    """Give an activity another place; return how many people of shifts still ahead were told."""
    activity, area = desk.held(session, reach, Right.MANAGE_ACTIVITIES, activity_id)
    wanted, was = place.strip()[:120], activity.place
    if wanted == was:
        return 0
    if not wanted:
        raise BadDraft
    _may_move(activity, activity.ends_at or activity.closes_at, now)
    desk.claim(session, activity, seen)
    activity.place = wanted
    ahead = session.scalars(
        select(Shift)
        .where(Shift.activity_id == activity.id, Shift.starts_at > now)
        .order_by(Shift.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    told = sum(
        _move(session, activity, each, now, (each.starts_at, each.ends_at), policy)
        for each in ahead
    )
    desk.note(session, reach, "activity.relocated", activity, area, now, was=was, told=told)
    return told


def _may_move(activity: Activity, until: datetime, now: datetime) -> None:
    if activity.state is not ActivityState.OPEN:
        raise NotInThisState(title=activity.title)
    if until <= now:
        raise AlreadyBegun(title=activity.title)


def _move(
    session: Session,
    activity: Activity,
    moved: Shift,
    now: datetime,
    span: tuple[datetime, datetime],
    policy: Policy,
) -> int:
    """Put the shift where it belongs now and tell everybody in it; the caller holds its lock."""
    session.flush()
    starts_at, ends_at = span
    if session.scalar(select(signup.id).where(signup.shift_id == moved.id, is_present).limit(1)):
        raise PeopleInside(title=activity.title)
    live = session.execute(_LIVE.where(signup.shift_id == moved.id)).all()
    was = moved.starts_at
    moved.closes_at = max(moved.closes_at + (starts_at - was), now)
    moved.opens_at = min(moved.opens_at, moved.closes_at)
    moved.starts_at, moved.ends_at = starts_at, ends_at
    # whoever signed up for another time or place may leave freely until it begins
    moved.free_cancel_until = starts_at
    moved.revision += 1
    session.flush()
    session.execute(_capped(moved.id, starts_at))
    clashes = _clashes(session, moved, [row.person_id for row in live])
    for row in live:
        _tell(session, activity, moved, row, was, clashes, now)
    reminders.follow(session, activity, moved, now, policy)
    return len(live)


def _capped(shift_id: int, starts_at: datetime) -> Update:
    """Let no offer outlast the new start."""
    return (
        update(Signup.__table__)
        .where(
            signup.shift_id == shift_id,
            signup.state == SignupState.OFFERED,
            signup.offer_ends_at > starts_at,
        )
        .values(offer_ends_at=starts_at)
    )


def _clashes(session: Session, moved: Shift, persons: Sequence[int]) -> Mapping[int, str]:
    """Return what else each of these people holds a place for at that time."""
    other, other_shift = aliased(Signup.__table__), aliased(Shift.__table__)
    found = session.execute(
        select(other.c.person_id, func.min(activity_.title).label("title"))
        .select_from(other)
        .join(other_shift, other_shift.c.id == other.c.shift_id)
        .join(Activity.__table__, activity_.id == other_shift.c.activity_id)
        .where(
            other.c.person_id.in_(persons),
            holding_among(other.c.state),
            other_shift.c.id != moved.id,
            other_shift.c.starts_at < moved.ends_at,
            other_shift.c.ends_at > moved.starts_at,
        )
        .group_by(other.c.person_id)
    )
    return {row.person_id: row.title for row in found}


def _tell(  # noqa: PLR0913  what one person hears of one move
    session: Session,
    activity: Activity,
    moved: Shift,
    row: Row[*tuple[Any, ...]],
    was: datetime,
    clashes: Mapping[int, str],
    now: datetime,
) -> None:
    clash = clashes.get(row.person_id)
    facts = {
        "number": activity.number,
        "title": activity.title,
        "was": was,
        "starts_at": moved.starts_at,
        "place": activity.place,
        "clash": say("notices.clash", title=clash) if clash else "",
    }
    key = f"volunteers.moved:{row.id}:{moved.revision}"
    outbox.queue(
        session, row.person_id, "volunteers.moved", key, now, facts, not_after=moved.starts_at
    )


def _follow_shifts(session: Session, activity: Activity) -> None:
    """Let the activity close and end with the last of its shifts."""
    last = session.execute(
        select(func.max(shift.closes_at), func.max(shift.ends_at)).where(
            shift.activity_id == activity.id
        )
    ).one()
    activity.closes_at, activity.ends_at = last
