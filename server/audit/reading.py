"""Looking something up in the trail: by day, by who acted, by what was done to what."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.audit import trail
from server.audit.models import AuditEntry, AuditHead

MOST = 50

entry = AuditEntry.__table__.c
head = AuditHead.__table__.c


class Wanted(NamedTuple):
    """What is looked for; whatever is left out may be anything. The day is the local one.

    `within` are the paths of the areas to which an auditor is bound; None is the whole trail, with
    what concerns no area.
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


class End(NamedTuple):
    """How long the trail is and the hash it ends with: worth keeping elsewhere each day."""

    length: int
    hash: str


def browse(
    session: Session, wanted: Wanted, before: int | None = None, limit: int = MOST
) -> list[Entry]:
    """Return what fits, the newest first, older than `before`. One indexed statement."""
    found = select(AuditEntry.__table__).where(*_conditions(wanted))
    if before is not None:
        found = found.where(entry.id < before)
    rows = session.execute(found.order_by(entry.id.desc()).limit(limit)).mappings()
    return [_read(dict(row)) for row in rows]


def end(session: Session) -> End:
    """Return where the trail ends by now."""
    row = session.execute(select(head.length, head.hash)).one_or_none()
    return End(*row) if row else End(0, trail.GENESIS)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.day:
        begins = datetime.combine(wanted.day, time(), LOCAL)
        found += [entry.at >= begins, entry.at < begins + timedelta(days=1)]
    if wanted.actor is not None:
        found.append(entry.actor == wanted.actor)
    if wanted.action:
        found.append(entry.action.startswith(wanted.action, autoescape=True))
    if wanted.subject:
        found.append(entry.subject == wanted.subject)
    if wanted.subject_id is not None:
        found.append(entry.subject_id == wanted.subject_id)
    if wanted.within is not None:
        inside = (entry.area_path.startswith(path, autoescape=True) for path in wanted.within)
        found.append(or_(false(), *inside))
    return found


def _read(row: dict[str, Any]) -> Entry:
    shown = {name: row[name] for name in Entry._fields if name in row}
    return Entry(**shown, whole=row["hash"] == trail.hash_of(row))
