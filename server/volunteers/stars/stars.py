"""Stars: applied for, reviewed, published, awarded; never taken away, never ranked."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas import tree
from server.errors import Conflict
from server.people import identities
from server.people.models import Channel, Person
from server.volunteers.hours import hours, records
from server.volunteers.models import PENDING, StarAward, StarState
from server.volunteers.stars import schemes as star_schemes
from server.volunteers.stars.schemes import Scheme


class TooFewHours(Conflict):
    """The final hours are not yet enough for the next star."""

    code = "stars.too_few_hours"


class HighestAlready(Conflict):
    """There is no higher star in the scheme in force."""

    code = "stars.highest_already"


class Standing(NamedTuple):
    """Where somebody stands: final minutes, the star held, the one applied for, and the next.

    `needed` is how many whole hours the next star asks for in all (None: there is none);
    `ready` tells that it may be applied for, `published_until` is the last local day of the
    publication of the one applied for.
    """

    minutes: int
    level: int
    pending: int | None
    next_level: int | None
    needed: int | None
    ready: bool
    published_until: date | None = None


class Applied(NamedTuple):
    """An application as its owner sees it."""

    id: int
    level: int
    state: StarState
    minutes: int
    applied_at: datetime
    published_until: date | None
    awarded_at: datetime | None
    note: str | None


_SHOWN = (
    StarAward.id,
    StarAward.level,
    StarAward.state,
    StarAward.minutes,
    StarAward.applied_at,
    StarAward.published_until,
    StarAward.awarded_at,
    StarAward.note,
)


def apply(session: Session, person_id: int, now: datetime, *, channel: Channel) -> Applied:
    """Apply for the highest star that the final hours are enough for; a repeat is the same."""
    identities.lock(session, person_id)
    waiting = _newest(session, person_id, *PENDING)
    if waiting:
        return waiting
    scheme = star_schemes.kept(session, now.astimezone(LOCAL).date(), now)
    minutes = records.totals(session, person_id).final
    held = _held(session, person_id)
    if held >= len(scheme.hours):
        raise HighestAlready(level=held)
    reached = scheme.level_of(minutes)
    if reached <= held:
        needed = scheme.hours[held]
        raise TooFewHours(hours=hours.spelled(minutes), needed=needed, level=held + 1)
    area_id = session.scalar(select(Person.area_id).where(Person.id == person_id))
    row = StarAward(
        person_id=person_id,
        scheme_id=scheme.id,
        area_id=area_id or _served_in(session, person_id),
        level=reached,
        minutes=minutes,
        state=StarState.APPLIED,
        channel=channel,
        applied_at=now,
    )
    session.add(row)
    session.flush()
    return Applied(*(getattr(row, column.key) for column in _SHOWN))


def standing(session: Session, person_id: int, now: datetime) -> Standing:
    """Tell where somebody stands with the scheme in force. Four statements."""
    scheme = star_schemes.in_force(session, now.astimezone(LOCAL).date())
    minutes = records.totals(session, person_id).final
    held = _held(session, person_id)
    waiting = _newest(session, person_id, *PENDING)
    return _standing(scheme, minutes, held, waiting)


def mine(session: Session, person_id: int, limit: int = 50) -> list[Applied]:
    """Return a person's applications, the newest first."""
    found = select(*_SHOWN).where(StarAward.person_id == person_id)
    rows = session.execute(found.order_by(StarAward.id.desc()).limit(limit))
    return [Applied(*row) for row in rows]


def _standing(scheme: Scheme, minutes: int, held: int, waiting: Applied | None) -> Standing:
    pending, until = (waiting.level, waiting.published_until) if waiting else (None, None)
    if held >= len(scheme.hours):
        return Standing(minutes, held, pending, None, None, False, until)
    reached = max(scheme.level_of(minutes), held + 1)
    needed = scheme.hours[reached - 1]
    ready = pending is None and minutes >= needed * 60
    return Standing(minutes, held, pending, reached, needed, ready, until)


def _held(session: Session, person_id: int) -> int:
    """Return the highest star awarded under any scheme: no later scheme takes it away."""
    highest = select(func.max(StarAward.level)).where(
        StarAward.person_id == person_id, StarAward.state == StarState.AWARDED
    )
    return session.scalar(highest) or 0


def _newest(session: Session, person_id: int, *states: StarState) -> Applied | None:
    found = (
        select(*_SHOWN)
        .where(StarAward.person_id == person_id, StarAward.state.in_(states))
        .order_by(StarAward.id.desc())
        .limit(1)
    )
    row = session.execute(found).one_or_none()
    return row and Applied(*row)


def _served_in(session: Session, person_id: int) -> int:
    counted = hours.held(session, person_id)
    return counted.area_id if counted else tree.root(session).id
