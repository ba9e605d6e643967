"""Hours that are final: counted for certificates and stars, and written as people read them."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.volunteers.models import Activity, RecordState, ServiceRecord, Shift

ROUND_DOWN_MINUTES = 30
"""Hours are shown in whole half hours, rounded down; the minutes kept stay exact."""


class Line(NamedTuple):
    """One record: its id and version, the local day (ISO), what was done, the minutes kept."""

    record_id: int
    version: int
    day: str
    title: str
    minutes: int


class Counted(NamedTuple):
    """Somebody's final records in the order of their days, and the area of the newest."""

    lines: tuple[Line, ...]
    area_id: int


def held(session: Session, person_id: int) -> Counted | None:
    """Return a person's final records, which nobody may change until the transaction ends."""
    record = ServiceRecord
    rows = session.execute(
        select(
            record.id, record.version, record.day, Activity.title, record.minutes, record.area_id
        )
        .join(Shift, Shift.id == record.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(record.person_id == person_id, record.state == RecordState.FINAL)
        .order_by(record.day, record.id)
        .with_for_update(read=True, of=record)
    ).all()
    lines = tuple(
        Line(row.id, row.version, row.day.isoformat(), row.title, row.minutes) for row in rows
    )
    return Counted(lines, rows[-1].area_id) if rows else None


def spelled(minutes: int) -> str:
    """Write minutes as hours, down to the half hour: 90 and 100 are both 1.5小时."""
    halves = max(minutes, 0) // ROUND_DOWN_MINUTES
    return f"{halves // 2}{'.5' if halves % 2 else ''}小时"
