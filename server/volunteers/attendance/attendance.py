"""Checking in and out by oneself, with the code on the leader's screen."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from server.people import identities
from server.volunteers.attendance import codes, coming
from server.volunteers.attendance.codes import Direction, Scanned
from server.volunteers.attendance.presence import Attending, Means, Showing, attendance, attendings
from server.volunteers.attendance.refusals import (
    BadCode,
    NotCheckedIn,
    NothingNow,
    NotOnRoster,
    OtherDirection,
    StaleCode,
    TooEarly,
    WrongCode,
)
from server.volunteers.models import Route
from server.volunteers.signups.shifts import signup
from server.volunteers.views import Presence

_MINE = (
    attendings()
    .where(
        signup.person_id == bindparam("person"),
        attendance.id.is_not(None),
        attendance.id < bindparam("before"),
    )
    .order_by(attendance.id.desc())
    .limit(bindparam("limit"))
)


def check_in(session: Session, person_id: int, code: str, now: datetime, means: Means) -> Presence:
    """Take down that the person has come; a second time tells the same as the first.

    Typed digits are counted before they are looked at. Refused are codes that are wrong, stale or
    for leaving, people without a place, and whoever is still present elsewhere.
    """
    identities.lock(session, person_id)
    around = coming.around_now(session, person_id, now)
    where = _meant(around, code, Direction.IN, now, means)
    showing = Showing(Route.ROTATING_CODE, None, means.device)
    return coming.come(session, where, around, showing, now, means)


def check_out(
    session: Session, person_id: int, code: str | None, now: datetime, means: Means
) -> Presence:
    """Take down that the person leaves; a second time tells the same as the first.

    Without a code it is the volunteer's own word, and never later than the scheduled end: that
    gives nobody more than forgetting to check out would.
    """
    identities.lock(session, person_id)
    around = coming.around_now(session, person_id, now)
    if code is not None:
        where = _meant(around, code, Direction.OUT, now, means)
        return coming.go(session, where, now, Showing(Route.ROTATING_CODE), now)
    come = [where for where in around if where.in_at is not None]
    if not come:
        raise NotCheckedIn
    where = max(come, key=lambda one: (one.is_in, one.in_at))
    return coming.go(session, where, min(now, where.ends_at), Showing(Route.SELF), now)


def now_open(session: Session, person_id: int, now: datetime, means: Means) -> list[Presence]:
    """Return the shifts at which the person may check in or out just now."""
    around = coming.around_now(session, person_id, now)
    return [coming.shown(where) for where in around if coming.is_near(where, now, means.policy)]


def mine(
    session: Session, person_id: int, *, before: int | None = None, limit: int = 20
) -> list[tuple[int, Presence]]:
    """Return the person's presences with their ids, the newest first."""
    wanted = {"person": person_id, "before": before or 2**62, "limit": limit}
    found = [Attending(*row) for row in session.execute(_MINE, wanted)]
    return [(where.attendance_id or 0, coming.shown(where)) for where in found]


def _meant(
    around: Sequence[Attending], code: str, direction: Direction, now: datetime, means: Means
) -> Attending:
    """Return the sign-up whose screen showed this code lately enough, or refuse."""
    given = codes.read(code)
    if given is None:
        raise BadCode
    if isinstance(given, Scanned):
        return _of_scan(around, given, direction, now, means)
    return _of_digits(around, given, direction, now, means)


def _of_scan(
    around: Sequence[Attending], scanned: Scanned, direction: Direction, now: datetime, means: Means
) -> Attending:
    age = codes.age_of_scan(scanned, now, means.vault)
    if age is None:
        raise WrongCode
    where = next((one for one in around if one.shift_id == scanned.shift_id), None)
    return _if_fresh(where, age, scanned.direction, direction)


def _of_digits(
    around: Sequence[Attending], digits: str, direction: Direction, now: datetime, means: Means
) -> Attending:
    around = _near(around, now, means)
    places = [f"shift {where.shift_id}" for where in around]
    means.limits.type_code(around[0].person_id, places)
    for reads_as in sorted(Direction, key=lambda way: way is not direction):
        for where in around:
            age = codes.age_of_digits(digits, where.shift_id, reads_as, now, means.vault)
            if age is not None:
                return _if_fresh(where, age, reads_as, direction)
    means.limits.miss(places)
    raise WrongCode


def _near(around: Sequence[Attending], now: datetime, means: Means) -> list[Attending]:
    """Return the shifts that digits may be for by now, or refuse when there is none."""
    near = [where for where in around if coming.is_near(where, now, means.policy)]
    if near:
        return near
    for ahead in around:
        if now < ahead.starts_at:
            opens_at = ahead.starts_at - means.policy.check_in_opens
            raise TooEarly(title=ahead.title, opens_at=opens_at)
    raise NothingNow


def _if_fresh(
    where: Attending | None, age: int, reads_as: Direction, direction: Direction
) -> Attending:
    """Refuse a code that is not, or not any more, one for what the person wants to do.

    Whoever has done it already is told so by the verb, however old the code is by now.
    """
    if where is None:
        raise NotOnRoster(title="")
    if reads_as is not direction:
        raise OtherDirection
    done = where.in_at is not None if direction is Direction.IN else where.out_at is not None
    if age > codes.FRESH and not done:
        raise StaleCode
    return where
