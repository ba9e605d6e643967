"""What happens to presence when two persons prove to be one: nobody is at one place twice."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise

from sqlalchemy import bindparam, delete, update
from sqlalchemy.orm import Session

from server.volunteers.attendance import presence
from server.volunteers.attendance.presence import Attending, Showing, attendance, attendings
from server.volunteers.models import (
    HOLDING,
    LIVE,
    Attendance,
    PlaceHint,
    Route,
    Signup,
    SignupState,
)
from server.volunteers.policy import Policy
from server.volunteers.signups import line
from server.volunteers.signups.shifts import signup

COUNTS = (*LIVE, SignupState.NO_SHOW)
_THEIRS = (
    attendings()
    .where(signup.person_id.in_((bindparam("keep"), bindparam("gone"))), signup.state.in_(COUNTS))
    .order_by(signup.shift_id, signup.person_id)
)
_OPEN = (
    attendings()
    .where(
        attendance.person_id.in_((bindparam("keep"), bindparam("gone"))),
        attendance.out_at.is_(None),
    )
    .order_by(attendance.in_at, attendance.id)
)


def merge(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Make one presence of two at one shift, and end the earlier of two that still go on.

    Of one shift the earlier coming and the later leaving stay. The caller has locked both persons.
    """
    both = {"keep": keep, "gone": gone}
    shared = _shared(session, both)
    for shift_id in shared:
        line.lock(session, shift_id)
    # an offer may have ended, or been made, before the shift was locked
    for found in _shared(session, both).values() if shared else ():
        _make_one(session, found, now)
    still = _read(session.execute(_OPEN, both))
    for earlier, later in pairwise(still):
        assert later.in_at is not None
        left_at = min(later.in_at, earlier.ends_at)
        presence.end(session, earlier, left_at, Showing(Route.SCHEDULE), now)


def _shared(session: Session, both: Mapping[str, int]) -> dict[int, list[Attending]]:
    """Return, by shift, the sign-ups of both where at least one of them has come."""
    by_shift: dict[int, list[Attending]] = {}
    for where in _read(session.execute(_THEIRS, both)):
        by_shift.setdefault(where.shift_id, []).append(where)
    return {
        shift_id: found
        for shift_id, found in by_shift.items()
        if len({one.person_id for one in found}) == len(both) and any(one.in_at for one in found)
    }


def _make_one(session: Session, found: list[Attending], now: datetime) -> None:
    stays, *others = sorted(found, key=lambda one: (one.in_at is None, one.in_at, one.signup_id))
    out_at = stays.out_at
    for other in others:
        if other.attendance_id is not None:
            out_at = max(out_at, other.out_at) if out_at and other.out_at else None
            session.execute(delete(PlaceHint).where(PlaceHint.attendance_id == other.attendance_id))
            session.execute(delete(Attendance).where(Attendance.id == other.attendance_id))
        _give_way(session, other, now)
    if out_at == stays.out_at:
        return
    session.execute(
        update(Attendance.__table__)
        .where(attendance.id == stays.attendance_id)
        .values(out_at=out_at)
    )
    if out_at is None:
        back = update(Signup.__table__).where(signup.id == stays.signup_id)
        session.execute(back.values(state=SignupState.CHECKED_IN, changed_at=now))


def _give_way(session: Session, where: Attending, now: datetime) -> None:
    """End the other sign-up for the shift, and pass on its place if it held one."""
    session.execute(
        update(Signup.__table__)
        .where(signup.id == where.signup_id)
        .values(state=SignupState.CANCELLED, changed_at=now, offer_ends_at=None)
    )
    places = int(where.state in HOLDING and not where.walk_in)
    in_line = int(where.state is SignupState.WAITLISTED)
    line.free(session, where.shift_id, places=places, in_line=in_line)
    if places:
        line.fill(session, where.shift_id, now, Policy())


def _read(rows: Iterable[Iterable[object]]) -> list[Attending]:
    return [Attending(*row) for row in rows]  # type: ignore[arg-type]  # columns of `attendings`
