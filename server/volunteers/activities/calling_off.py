"""Calling an activity off, and telling everybody who counted on it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from server.notices import outbox
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.activities import asker_news, desk, publishing
from server.volunteers.attendance import closing
from server.volunteers.models import Activity, ActivityState, Shift, Signup, SignupState
from server.volunteers.refusals import ActivityMissing, NotInThisState
from server.volunteers.signups import line, reminders
from server.volunteers.signups.shifts import is_live, is_present, shift, signup

_HEARING = (
    select(
        signup.id,
        signup.person_id,
        signup.state,
        signup.walk_in,
        shift.id.label("shift_id"),
        shift.starts_at,
    )
    .join(Shift.__table__, shift.id == signup.shift_id)
    .order_by(signup.id)
)


def call_off(session: Session, reach: Reach, activity_id: int, reason: str, now: datetime) -> int:
    """Call the activity off for a reason that everybody is told; return how many were told."""
    if not reason.strip():
        raise ReasonNeeded
    activity, area = desk.held(session, reach, Right.MANAGE_ACTIVITIES, activity_id)
    if activity.state is not ActivityState.CANCELLED:
        activity.state_reason = reason.strip()[:200]
    told = cancel(session, activity_id, now)
    desk.note(
        session,
        reach,
        "activity.cancelled",
        activity,
        area,
        now,
        reason=reason.strip()[:400],
        told=told,
    )
    return told


def cancel(session: Session, activity_id: int, now: datetime) -> int:
    """Call the activity off and tell everybody who counted on it; return how many.

    The shifts are closed first: who signs up at the same moment is either told or refused. Who is
    there already has served until now, and keeps that.
    """
    activity = session.get(Activity, activity_id, with_for_update={"key_share": True})
    if activity is None:
        raise ActivityMissing(number=activity_id)
    if activity.state is ActivityState.CANCELLED:
        return 0
    if activity.state is not ActivityState.OPEN or _is_over(activity, now):
        raise NotInThisState(title=activity.title)
    activity.state, activity.closes_at = ActivityState.CANCELLED, now
    activity.revision += 1
    session.flush()
    # persons are locked before shifts
    mine = select(shift.id).where(shift.activity_id == activity_id)
    closing.interrupt(session, session.scalars(mine), now)
    publishing.close_shifts(session, activity_id, now)
    told = _revoke(session, activity, now)
    for shift_id in sorted({row.shift_id for row in told}):
        outbox.drop_anchor(session, reminders.anchor(shift_id), now)
    for row in told:
        _tell(session, activity, row, now)
    asker_news.tell_called_off(session, activity, now)
    return len(told)


def hearers(session: Session, activity_id: int, now: datetime) -> int:
    """Return how many people would be told if the activity were called off now."""
    counted = (
        select(func.count())
        .select_from(Signup.__table__)
        .join(Shift.__table__, shift.id == signup.shift_id)
        .where(shift.activity_id == activity_id, shift.ends_at > now, is_live)
    )
    return session.scalar(counted) or 0


def _is_over(activity: Activity, now: datetime) -> bool:
    return activity.ends_at is not None and activity.ends_at <= now


def _revoke(session: Session, activity: Activity, now: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """End every sign-up of a shift that is not over, and give back what they held."""
    found = _expected(session, activity, now)
    revoked = _end(session, [row.id for row in found], now)
    live = [row for row in found if row.id in revoked]
    waiting = Counter(row.shift_id for row in live if row.state is SignupState.WAITLISTED)
    every = Counter(row.shift_id for row in live)
    for shift_id, count in sorted(every.items()):
        in_line = waiting[shift_id]
        line.free(session, shift_id, places=count - in_line, in_line=in_line)
    return live


def _expected(
    session: Session, activity: Activity, now: datetime
) -> Sequence[Row[*tuple[Any, ...]]]:
    coming = shift.activity_id == activity.id, shift.ends_at > now
    return session.execute(_HEARING.where(*coming, is_live, ~is_present)).all()


def _end(session: Session, which: Sequence[int], now: datetime) -> set[int]:
    """End those of these sign-ups that are still nothing more, and return them.

    Whoever checks in at this very moment came: their presence ends as one in what was called off,
    within a minute (`attendance.closing`).
    """
    ended = (
        update(Signup.__table__)
        .where(signup.id.in_(which), is_live, ~is_present)
        .values(state=SignupState.REVOKED, changed_at=now, offer_ends_at=None)
        .returning(signup.id)
    )
    return set(session.scalars(ended))


def _tell(session: Session, activity: Activity, row: Row[*tuple[Any, ...]], now: datetime) -> None:
    facts = {"number": activity.number, "title": activity.title, "starts_at": row.starts_at}
    kind = "volunteers.cancelled"
    if activity.state_reason:
        kind, facts["reason"] = "volunteers.called_off", activity.state_reason
    outbox.drop(session, f"volunteers.offered:{row.id}", now)
    key = f"volunteers.cancelled:{row.id}"
    outbox.queue(session, row.person_id, kind, key, now, facts)
