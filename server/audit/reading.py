"""Looking something up in the trail: by day, by who acted, by what was done to what."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server import chains, ranges
from server.audit import trail
from server.audit.models import AuditEntry
from server.chains import End

MOST = 50
MOST_WAYS = 400
"""Of more areas than these, the trail as a whole is read until enough fits."""

entry = AuditEntry.__table__.c


class Wanted(NamedTuple):
    """What is looked for; whatever is left out may be anything. The day is the local one.

    `action` is how it begins. `within` are the paths of all areas to which an auditor is bound;
    None is the whole trail, with what concerns no area.
    """

    day: date | None = None
    actor: int | None = None
    action: str = ""
    subject: str = ""
    subject_id: int | None = None
    within: tuple[str, ...] | None = None


class Entry(NamedTuple):
    """One line of the trail; `whole` tells whether it still is what was written."""

    id: int
    at: datetime
    actor: int | None
    action: str
    subject: str
    subject_id: int | None
    area_path: str | None
    reason: str | None
    facts: dict[str, Any]
    whole: bool


def browse(
    session: Session, wanted: Wanted, before: int | None = None, limit: int = MOST
) -> list[Entry]:
    """Return what fits, the newest first, older than `before`, by reading ranges of an index."""
    found = select(AuditEntry.__table__).where(*_conditions(wanted))
    if before is not None:
        found = found.where(entry.id < before)
    ways = _ways(session, wanted)
    if ways is None:
        found = found.order_by(entry.id.desc()).limit(limit)
    else:
        found = ranges.together(found, ways, (entry.id,), limit, newest=True)
    return [_read(dict(row)) for row in session.execute(found).mappings()]


def end(session: Session) -> End:
    """Return where the trail ends by now."""
    return chains.end(session, trail.CHAIN)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.day:
        begins = datetime.combine(wanted.day, time(), LOCAL)
        found += [entry.at >= begins, entry.at < begins + timedelta(days=1)]
    if wanted.actor is not None:
        found.append(entry.actor == wanted.actor)
    if wanted.subject:
        found.append(entry.subject == wanted.subject)
    if wanted.subject_id is not None:
        found.append(entry.subject_id == wanted.subject_id)
    if wanted.within is not None:
        # nothing to look up by: SQLite would gather years of these areas for the sake of one day
        found.append(func.coalesce(entry.area_path, "").in_(wanted.within))
    return found


def _ways(session: Session, wanted: Wanted) -> list[ColumnElement[bool]] | None:
    """Return the parts of an index of which each has its newest entries in order.

    None where one such part, or the trail itself, is already read in order.
    """
    if wanted.action:
        actions = (each for each in _known(session, entry.action) if each.startswith(wanted.action))
        return [entry.action == each for each in actions]
    if wanted.subject_id is not None and not wanted.subject:
        return [entry.subject == each for each in _known(session, entry.subject)]
    led = wanted.day or wanted.actor is not None or wanted.subject
    if wanted.within is None or led or len(wanted.within) > MOST_WAYS:
        return None
    return [entry.area_path == path for path in wanted.within]


def _known(session: Session, column: ColumnElement[str]) -> Sequence[str]:
    """Return all that stands in an indexed column, going from each value to the next."""
    first = select(func.min(column).label("value")).cte(recursive=True)
    after = select(func.min(column)).where(column > first.c.value).scalar_subquery()
    known = first.union_all(select(after).where(first.c.value.is_not(None)))
    return session.scalars(select(known.c.value).where(known.c.value.is_not(None))).all()


def _read(row: dict[str, Any]) -> Entry:
    shown = {name: row[name] for name in Entry._fields if name in row}
    return Entry(**shown, whole=row["hash"] == trail.hash_of(row))
