"""Every change of a record leaves a version behind; versions are never changed (V9, V11)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, update
from sqlalchemy.orm import Session

from server.people.models import Channel
from server.volunteers.hours.refusals import ChangedMeanwhile
from server.volunteers.models import RecordVersion, ServiceRecord

record = ServiceRecord.__table__.c

CHANGED: list[Callable[[Session, int, datetime], None]] = []
"""Called with a record's id after its minutes changed or it ceased to count."""

FINISHED: list[Callable[[Session, Sequence[int], datetime], None]] = []
"""Called with the ids of records that became final just now."""

KEPT = (record.id, record.version, record.starts_at, record.ends_at, record.minutes, record.state)
"""What a version keeps of the record as it then stood."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Who changes a record (None: the machine), why, by which door, and who else allowed it."""

    by: int | None
    reason: str
    channel: Channel
    evidence: str | None = None
    approved_by: int | None = None


def change(
    session: Session, seen: ServiceRecord, mark: Mark, now: datetime, **becomes: Any
) -> ServiceRecord:
    """Change a record as it was seen, or refuse when somebody was quicker.

    One conditional write on version and state decides between two who change it at once.
    """
    row = session.execute(
        update(ServiceRecord.__table__)
        .where(
            record.id == seen.id,
            record.version == seen.version,
            record.state == seen.state,
        )
        .values(version=record.version + 1, **becomes)
        .returning(*KEPT)
    ).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    keep(session, [row], mark, now)
    session.refresh(seen)
    return seen


def keep(session: Session, rows: Iterable[Row[Any]], mark: Mark, now: datetime) -> None:
    """Keep each record, as a row of `KEPT`, as the version it now is; one statement for many."""
    made = {
        "reason": mark.reason[:400],
        "evidence": mark.evidence,
        "made_by": mark.by,
        "approved_by": mark.approved_by,
        "channel": mark.channel,
        "made_at": now,
    }
    names = ("version", "starts_at", "ends_at", "minutes", "state")
    versions = [
        {"record_id": row.id, **{name: getattr(row, name) for name in names}, **made}
        for row in rows
    ]
    if versions:
        session.execute(insert(RecordVersion.__table__), versions)


def tell_finished(session: Session, records: Sequence[int], now: datetime) -> None:
    """Let whoever relies on final records know of those that are by now."""
    for hook in FINISHED if records else ():
        hook(session, records, now)


def tell_changed(session: Session, record_id: int, now: datetime) -> None:
    """Let whoever relies on a record know that its minutes are others by now."""
    for hook in CHANGED:
        hook(session, record_id, now)
