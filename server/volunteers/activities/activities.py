"""Activities as people find them: lists, search, one by its number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

from server.volunteers import stages
from server.volunteers.activities import search
from server.volunteers.activities.search import Filters as Filters
from server.volunteers.refusals import ActivityMissing
from server.volunteers.views import ActivityView, ShiftView


@dataclass(frozen=True, slots=True)
class Page:
    """A page of activities, and where the next one begins."""

    items: tuple[ActivityView, ...]
    next_cursor: str | None


def browse(
    session: Session,
    person_id: int | None,
    now: datetime,
    filters: Filters = search.EVERYTHING,
    cursor: str | None = None,
    limit: int = 20,
) -> Page:
    """Return open activities, those that close soonest first, a page at a time.

    One statement, whatever the length; what is past is never read.
    """
    asked = search.asked_for(filters, cursor)
    known = {"person": person_id or 0, "now": now, "at_most": limit + 1}
    found = list(_by_activity(session, search.page(frozenset(asked)), asked | known))
    more = search.cursor_after(found[limit - 1][0]) if len(found) > limit else None
    return Page(tuple(_activity_view(rows, now) for rows in found[:limit]), more)


def by_number(session: Session, number: int, person_id: int | None, now: datetime) -> ActivityView:
    """Return the activity that people know by this number, or refuse."""
    asked = {"number": number, "person": person_id or 0, "now": now}
    for rows in _by_activity(session, search.BY_NUMBER, asked):
        return _activity_view(rows, now)
    raise ActivityMissing(number=number)


def by_id(session: Session, activity_id: int, person_id: int | None, now: datetime) -> ActivityView:
    """Return the activity, or refuse."""
    asked = {"activity": activity_id, "person": person_id or 0, "now": now}
    for rows in _by_activity(session, search.BY_ID, asked):
        return _activity_view(rows, now)
    raise ActivityMissing(number="")


def _by_activity(
    session: Session, found: Select[Any], asked: dict[str, Any]
) -> Iterator[Sequence[Row[Any]]]:
    """Yield the rows of each activity, one for each shift that is not over, at least one."""
    rows = session.execute(found, asked).all()
    for _, group in groupby(rows, key=lambda row: row.id):
        yield list(group)


def _activity_view(rows: Sequence[Row[Any]], now: datetime) -> ActivityView:
    first = rows[0]
    ahead = [_Ahead(*_moments(row), row.places_left) for row in rows if row.shift_id is not None]
    return ActivityView(
        id=first.id,
        number=first.number,
        title=first.title,
        field=first.field,
        team=first.team,
        place=first.place,
        area=first.area,
        area_code=first.area_code,
        leader_name=first.leader_name,
        risk_note=first.risk_note,
        shifts=tuple(
            _shift_view(row)
            for row in rows
            if row.shift_id is not None and row.shift_closes_at > now
        ),
        stage=stages.of(first.state, ahead, now),
        risk=first.risk,
        min_age=first.min_age,
        max_age=first.max_age,
        training=first.training,
        qualification=first.qualification,
    )


class _Ahead(NamedTuple):
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    places_left: int


def _moments(row: Row[Any]) -> tuple[datetime, datetime, datetime]:
    return row.starts_at, row.ends_at, row.shift_closes_at


def _shift_view(row: Row[Any]) -> ShiftView:
    return ShiftView(
        id=row.shift_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        places_left=row.places_left,
        waiting=row.waiting,
        my_state=row.my_state,
    )
