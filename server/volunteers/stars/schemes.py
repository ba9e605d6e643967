"""What each star asks for: versions, dated from a day on, never changed afterwards."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.audit import trail
from server.db import insert_into
from server.errors import Invalid
from server.staff.reach import NotAllowed, Reach
from server.staff.rights import Right
from server.volunteers.models import StarScheme

DEFAULT_HOURS = (100, 300, 600, 1000, 1500)
"""The common ladder: 社区志愿者 rules art. 18, Guangdong, Fujian. Beijing (100/200/500/800/1000)
and Zhangjiagang (30/60/100/200/300) have others, hence versions that a district makes itself."""
DEFAULT_NAME = "通行的五星标准"
DEFAULT_SINCE = date(2021, 2, 1)
"""The day on which 志愿服务记录与证明出具办法（试行）came into force."""
DEFAULT_PUBLISH_DAYS = 5
"""Working days for which a reviewed application is published: Guangdong asks for five at least."""
MOST_HOURS = 20_000
MOST_LEVELS = 10
MOST_PUBLISH_DAYS = 30


class BadScheme(Invalid):
    """The hours do not rise from star to star, the day is not ahead, or it publishes too long."""

    code = "stars.bad_scheme"


class Scheme(NamedTuple):
    """A version: `hours[0]` asks for the first star; 0 `publish_days` publish nothing."""

    id: int | None
    version: int
    name: str
    since: date
    hours: tuple[int, ...]
    publish_days: int = DEFAULT_PUBLISH_DAYS

    def level_of(self, minutes: int) -> int:
        """Return the star that so many minutes are enough for, 0 for none."""
        return sum(minutes >= needed * 60 for needed in self.hours)


def in_force(session: Session, today: date) -> Scheme:
    """Return the newest version that has begun; the default where a district made none."""
    found = session.scalars(
        select(StarScheme)
        .where(StarScheme.since <= today)
        .order_by(StarScheme.since.desc(), StarScheme.version.desc())
        .limit(1)
    ).one_or_none()
    return _read(found) if found else Scheme(None, 1, DEFAULT_NAME, DEFAULT_SINCE, DEFAULT_HOURS)


def kept(session: Session, today: date, now: datetime) -> Scheme:
    """Return the version in force, written down if it is the default that nobody has yet used."""
    scheme = in_force(session, today)
    if scheme.id is None:
        _plant_default(session, now)
        scheme = in_force(session, today)
    return scheme


def all_of(session: Session) -> list[Scheme]:
    """Return every version, the newest first."""
    rows = session.scalars(select(StarScheme).order_by(StarScheme.version.desc()).limit(100))
    return [_read(row) for row in rows]


def make(  # noqa: PLR0913  what a version consists of
    session: Session,
    reach: Reach,
    name: str,
    since: date,
    hours: Sequence[int],
    now: datetime,
    *,
    today: date,
    publish_days: int = DEFAULT_PUBLISH_DAYS,
) -> Scheme:
    """Add a version that begins on a day to come; what was awarded stays as it is."""
    if not reach.may(Right.MANAGE_RULES):
        raise NotAllowed
    rising = all(low < high for low, high in pairwise(hours))
    fits = 1 <= len(hours) <= MOST_LEVELS and min(hours) > 0 and max(hours) <= MOST_HOURS
    fits = fits and 0 <= publish_days <= MOST_PUBLISH_DAYS
    if not (rising and fits and since > today and name.strip()):
        raise BadScheme
    _plant_default(session, now)
    newest = session.scalar(select(func.max(StarScheme.version))) or 0
    row = StarScheme(
        version=newest + 1,
        name=name.strip()[:80],
        since=since,
        levels=_levels(hours),
        publish_days=publish_days,
        made_by=reach.person_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    subject = ("star_scheme", row.id)
    trail.record(session, reach.person_id, "stars.scheme_made", subject, now, version=row.version)
    return _read(row)


def _plant_default(session: Session, now: datetime) -> None:
    """Write the default down as version 1, once; of two at a time one does it."""
    first = {
        "version": 1,
        "name": DEFAULT_NAME,
        "since": DEFAULT_SINCE,
        "levels": _levels(DEFAULT_HOURS),
        "publish_days": DEFAULT_PUBLISH_DAYS,
        "made_at": now,
    }
    session.execute(insert_into(session, StarScheme).values(first).on_conflict_do_nothing())


def _levels(hours: Sequence[int]) -> dict[str, int]:
    return {str(level): needed for level, needed in enumerate(hours, 1)}


def _read(row: StarScheme) -> Scheme:
    hours = tuple(row.levels[str(level)] for level in range(1, len(row.levels) + 1))
    return Scheme(row.id, row.version, row.name, row.since, hours, row.publish_days)
