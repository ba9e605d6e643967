"""Activities as people find them: lists, search, one by its number."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.volunteers import search
from server.volunteers.models import ActivityState, Shift, Signup
from server.volunteers.refusals import ActivityMissing
from server.volunteers.search import Filters as Filters
from server.volunteers.shifts import activity, is_live, shift, signup
from server.volunteers.views import ActivityView, ShiftView

area = Area.__table__.c


@dataclass(frozen=True, slots=True)
class Page:
    """A page of activities, and where the next one begins."""

    items: tuple[ActivityView, ...]
    next_cursor: str | None


_SHIFTS = (
    select(
        shift.activity_id,
        shift.id,
        shift.starts_at,
        shift.ends_at,
        shift.capacity,
        (shift.capacity - shift.taken).label("places_left"),
        shift.waiting,
        signup.state,
    )
    .select_from(Shift.__table__)
    .outerjoin(
        Signup.__table__,
        and_(
            signup.shift_id == shift.id,
            signup.person_id == bindparam("person"),
            is_live,
        ),
    )
    .where(
        shift.activity_id.in_(bindparam("activities", expanding=True)),
        shift.closes_at > bindparam("now"),
    )
    .order_by(shift.starts_at, shift.id)
)


def browse(
    session: Session,
    person_id: int | None,
    now: datetime,
    filters: Filters = search.EVERYTHING,
    cursor: str | None = None,
    limit: int = 20,
) -> Page:
    """Return open activities, those that close soonest first, a page at a time.

    Two statements, whatever the length; what is past is never read.
    """
    asked = search.asked_for(filters, cursor)
    found = session.execute(
        search.page(frozenset(asked)), asked | {"now": now, "at_most": limit + 1}
    ).all()
    more = search.cursor_after(found[limit - 1]) if len(found) > limit else None
    return Page(_with_shifts(session, person_id, now, found[:limit]), more)


def by_number(session: Session, number: int, person_id: int | None, now: datetime) -> ActivityView:
    """Return the activity that people know by this number, or refuse."""
    return _one(session, search.ACTIVITIES.where(activity.number == number), person_id, now, number)


def by_id(session: Session, activity_id: int, person_id: int | None, now: datetime) -> ActivityView:
    """Return the activity, or refuse."""
    return _one(session, search.ACTIVITIES.where(activity.id == activity_id), person_id, now, "")


def _one(
    session: Session, found: Select[Any], person_id: int | None, now: datetime, number: object
) -> ActivityView:
    row = session.execute(found.where(activity.state != ActivityState.DRAFT)).one_or_none()
    if row is None:
        raise ActivityMissing(number=number)
    [view] = _with_shifts(session, person_id, now, [row])
    return view


def _with_shifts(
    session: Session, person_id: int | None, now: datetime, rows: Sequence[Row[Any]]
) -> tuple[ActivityView, ...]:
    shifts: dict[int, list[ShiftView]] = defaultdict(list)
    if rows:
        known = {"person": person_id or 0, "now": now, "activities": [row.id for row in rows]}
        for row in session.execute(_SHIFTS, known):
            shifts[row.activity_id].append(_shift_view(row))
    return tuple(_activity_view(row, shifts[row.id]) for row in rows)


def _shift_view(row: Any) -> ShiftView:
    return ShiftView(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        places_left=row.places_left,
        waiting=row.waiting,
        my_state=row.state,
    )


def _activity_view(row: Row[Any], shifts: Sequence[ShiftView]) -> ActivityView:
    return ActivityView(
        id=row.id,
        number=row.number,
        title=row.title,
        field=row.field,
        team=row.team,
        place=row.place,
        area=row.area,
        area_code=row.area_code,
        leader_name=row.leader_name,
        risk_note=row.risk_note,
        shifts=tuple(shifts),
    )
