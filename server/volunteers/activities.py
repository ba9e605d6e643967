"""Activities as people find them: lists, search, one by its number."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.volunteers.models import (
    LIVE,
    Activity,
    ActivityState,
    Field,
    Shift,
    Signup,
    Team,
)
from server.volunteers.refusals import ActivityMissing, BadCursor
from server.volunteers.shifts import activity, shift, signup
from server.volunteers.views import ActivityView, ShiftView

area = Area.__table__.c


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; `area` is a code and takes in all that lies inside it."""

    field: Field | None = None
    team: Team | None = None
    area: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of activities, and where the next one begins."""

    items: tuple[ActivityView, ...]
    next_cursor: str | None


_ACTIVITIES = (
    select(
        activity.id,
        activity.number,
        activity.title,
        activity.field,
        activity.team,
        activity.place,
        area.name.label("area"),
        area.code.label("area_code"),
        activity.leader_name,
        activity.risk_note,
        activity.closes_at,
    )
    .select_from(Activity.__table__)
    .join(Area.__table__, area.id == activity.area_id)
)
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
            signup.state.in_(LIVE),
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
    filters: Filters = Filters(),
    cursor: str | None = None,
    limit: int = 20,
) -> Page:
    """Return open activities, those that close soonest first, a page at a time.

    Two statements, whatever the length; what is past is never read.
    """
    found = _narrowed(_ACTIVITIES, filters).where(
        activity.state == ActivityState.OPEN, activity.closes_at > now
    )
    if cursor is not None:
        found = found.where(tuple_(activity.closes_at, activity.id) > tuple_(*_place_of(cursor)))
    rows = session.execute(found.order_by(activity.closes_at, activity.id).limit(limit + 1)).all()
    more = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return Page(_with_shifts(session, person_id, now, rows[:limit]), more)


def by_number(session: Session, number: int, person_id: int | None, now: datetime) -> ActivityView:
    """Return the activity that people know by this number, or refuse."""
    return _one(session, _ACTIVITIES.where(activity.number == number), person_id, now, number)


def by_id(session: Session, activity_id: int, person_id: int | None, now: datetime) -> ActivityView:
    """Return the activity, or refuse."""
    return _one(session, _ACTIVITIES.where(activity.id == activity_id), person_id, now, "")


def _one(
    session: Session, found: Select[Any], person_id: int | None, now: datetime, number: object
) -> ActivityView:
    row = session.execute(found.where(activity.state != ActivityState.DRAFT)).one_or_none()
    if row is None:
        raise ActivityMissing(number=number)
    [view] = _with_shifts(session, person_id, now, [row])
    return view


def _narrowed(found: Select[Any], filters: Filters) -> Select[Any]:
    if filters.field is not None:
        found = found.where(activity.field == filters.field)
    if filters.team is not None:
        found = found.where(activity.team == filters.team)
    if filters.area is not None:
        path = select(area.path).where(area.code == filters.area).scalar_subquery()
        found = found.where(area.path.startswith(path))
    if filters.q:
        words = [column.contains(filters.q, autoescape=True) for column in _SEARCHED]
        found = found.where(or_(*words))
    return found


_SEARCHED = (activity.title, activity.place, area.name)


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


def _cursor(row: Row[Any]) -> str:
    return f"{int(row.closes_at.timestamp() * 1_000_000)}-{row.id}"


def _place_of(cursor: str) -> tuple[Any, Any]:
    moment, _, activity_id = cursor.partition("-")
    if not (_is_number(moment) and _is_number(activity_id)):
        raise BadCursor
    seconds, micros = divmod(int(moment), 1_000_000)
    closes_at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
    return bindparam(None, closes_at, activity.closes_at.type), int(activity_id)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 16
