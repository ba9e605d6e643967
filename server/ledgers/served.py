"""The service ledger: every record of an area and all below it. Generated, never keyed (G11)."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.ledgers.months import Span
from server.people.models import Person
from server.volunteers.models import Activity, RecordState, ServiceRecord, Shift

CHUNK = 2_000
PAGE = 50
HIDDEN = (RecordState.APPROVAL, RecordState.VOID)
"""Hours that wait for a permission, or were voided, are no part of a ledger."""

record = ServiceRecord.__table__.c
person = Person.__table__.c
activity = Activity.__table__.c
area_ = Area.__table__.c
TIMES = (record.starts_at, record.ends_at)


class Place(NamedTuple):
    """Where a page or chunk ends: the day and id of its last record."""

    day: date
    id: int

    def text(self) -> str:
        """Write the place for an address."""
        return f"{self.day.isoformat()}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Return the place that an address names, None for anything else."""
        day, _, id_ = text.partition(".")
        try:
            return cls(date.fromisoformat(day), int(id_)) if len(text) < 32 else None
        except ValueError:
            return None


def page(session: Session, area: Area, span: Span, after: Place | None) -> list[Row[Any]]:
    """Return a page of records, the newest day first. One statement."""
    found = _rows(span).where(tree.within(area.path))
    if after:
        found = found.where(tuple_(record.day, record.id) < tuple_(*after))
    return list(
        session.execute(found.order_by(record.day.desc(), record.id.desc()).limit(PAGE)).all()
    )


def count(session: Session, area: Area, span: Span) -> int:
    """Return how many records there are."""
    found = (
        select(func.count())
        .select_from(ServiceRecord.__table__)
        .join(Area.__table__, area_.id == record.area_id)
        .where(tree.within(area.path), record.day.between(*span), record.state.not_in(HIDDEN))
    )
    return session.scalar(found) or 0


def walk(session: Session, area: Area, span: Span, *more: ColumnElement[Any]) -> Iterator[Row[Any]]:
    """Yield every record, area by area and day by day, a bounded piece in memory at a time.

    Each piece is a range of the index by area and day, however many records there are. What not
    every table tells, such as `TIMES`, is read when it is asked for.
    """
    areas = session.scalars(select(Area.id).where(tree.within(area.path)).order_by(Area.path)).all()
    for area_id in areas:
        after = Place(span.since, 0)
        rows = _rows(span).add_columns(*more).where(record.area_id == area_id)
        while piece := _piece(session, rows, after):
            yield from piece
            after = Place(piece[-1].day, piece[-1].id)


def _piece(session: Session, rows: Select[Any], after: Place) -> list[Row[Any]]:
    found = (
        rows.where(tuple_(record.day, record.id) > tuple_(*after))
        .order_by(record.day, record.id)
        .limit(CHUNK)
    )
    return list(session.execute(found).all())


def _rows(span: Span) -> Select[Any]:
    return (
        select(
            record.id,
            record.person_id,
            record.day,
            record.minutes,
            record.state,
            record.source,
            record.field,
            record.final_at,
            activity.id.label("activity_id"),
            activity.number,
            activity.title,
            area_.name.label("area"),
            person.name,
            person.volunteer_no,
        )
        .select_from(ServiceRecord.__table__)
        .join(Shift.__table__, Shift.__table__.c.id == record.shift_id)
        .join(Activity.__table__, activity.id == Shift.__table__.c.activity_id)
        .join(Area.__table__, area_.id == record.area_id)
        .join(Person.__table__, person.id == record.person_id)
        .where(record.day.between(*span), record.state.not_in(HIDDEN))
    )
