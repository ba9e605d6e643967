"""Presence of which nobody says that it is over: it ends by the schedule, and never runs on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from server.people import identities
from server.volunteers.attendance import presence
from server.volunteers.attendance.presence import Attending, Showing, attendance, attendings
from server.volunteers.hours.minutes import TOLERANCE
from server.volunteers.models import Activity, ActivityState, Route, Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.signups import line
from server.volunteers.signups.shifts import activity, shift, signup

MOST = 500
"""Rows of one go; the next minute takes more."""
LOOK_BACK = timedelta(days=14)
"""Shifts that ended longer ago are not looked at for people who did not come."""

_open = and_(attendance.id.is_not(None), attendance.out_at.is_(None))


def close(session: Session, now: datetime, policy: Policy) -> int:
    """End every presence whose shift is over, at the scheduled end; return how many.

    A little time is left for those who check out themselves. Whoever is in a shift that was moved
    to another time or called off meanwhile leaves at this moment.
    """
    over = shift.ends_at <= now - TOLERANCE
    moved_away = shift.starts_at > now + policy.check_in_opens + TOLERANCE
    called_off = activity.state == ActivityState.CANCELLED
    return _close(session, or_(over, moved_away, called_off), now)


def interrupt(session: Session, shift_ids: Iterable[int], now: datetime) -> int:
    """End every presence of these shifts now: what takes place there is called off."""
    return _close(session, shift.id.in_(list(shift_ids)), now)


def miss(session: Session, now: datetime, policy: Policy) -> int:
    """Put down as not having come whoever had a place and left no trace; return how many.

    Long after the end, so that a paper list can be keyed in before; an entry later undoes it.
    """
    due = now - policy.no_show
    wanted = (
        select(signup.id, signup.person_id)
        .join(Shift.__table__, shift.id == signup.shift_id)
        .where(
            shift.ends_at <= due,
            shift.ends_at > due - LOOK_BACK,
            signup.state == SignupState.CONFIRMED,
        )
        .order_by(shift.ends_at, signup.id)
        .limit(MOST)
    )
    ids = [row.id for row in session.execute(wanted)]
    identities.lock_all(session, select(signup.person_id).where(signup.id.in_(ids)))
    gone = session.execute(
        update(Signup.__table__)
        .where(signup.id.in_(ids), signup.state == SignupState.CONFIRMED)
        .values(state=SignupState.NO_SHOW, changed_at=now)
        .returning(signup.shift_id, signup.walk_in)
    ).all()
    held: dict[int, int] = {}
    for row in gone:
        held[row.shift_id] = held.get(row.shift_id, 0) + (not row.walk_in)
    for shift_id, places in sorted(held.items()):
        line.free(session, shift_id, places=places, in_line=0)
    return len(gone)


def _close(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    # from the few presences that are open, not from all sign-ups there ever were
    over = (
        select(attendance.signup_id)
        .join(Shift.__table__, shift.id == attendance.shift_id)
        .join(Activity.__table__, activity.id == shift.activity_id)
        .where(attendance.out_at.is_(None), which)
        .order_by(attendance.person_id)
        .limit(MOST)
    )
    ids = session.scalars(over).all()
    if not ids:
        return 0
    identities.lock_all(session, select(signup.person_id).where(signup.id.in_(ids)))
    rows = session.execute(attendings().where(signup.id.in_(ids), _open))
    found = [Attending(*row) for row in rows]
    for where in found:
        presence.end(session, where, min(where.ends_at, now), Showing(Route.SCHEDULE), now)
    return len(found)
