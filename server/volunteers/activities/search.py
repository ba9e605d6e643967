"""The statements that find activities: each way of narrowing is built once and kept."""

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select, tuple_

from server import cursors
from server.areas.models import Area
from server.volunteers.models import Activity, ActivityState, Field, Shift, Signup, TeamKind
from server.volunteers.refusals import BadCursor
from server.volunteers.signups.shifts import activity, is_live, is_shown, shift, signup

area = Area.__table__.c

ACTIVITIES = (
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
        activity.state,
        activity.risk,
        activity.min_age,
        activity.max_age,
        activity.training,
        activity.qualification,
    )
    .select_from(Activity.__table__)
    .join(Area.__table__, area.id == activity.area_id)
)
_INSIDE = select(area.path).where(area.code == bindparam("area")).scalar_subquery()
_AFTER = (
    bindparam("after_moment", type_=activity.closes_at.type),
    bindparam("after_id", type_=activity.id.type),
)
_NARROWED: dict[str, ColumnElement[bool]] = {
    "field": activity.field == bindparam("field"),
    "team": activity.team == bindparam("team"),
    "area": area.path.startswith(_INSIDE),
    "q": or_(
        *(
            column.like(bindparam("q"), escape="/")
            for column in (activity.title, activity.place, area.name)
        )
    ),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; `area` is a code and takes in all that lies inside it."""

    field: Field | None = None
    team: TeamKind | None = None
    area: str | None = None
    q: str | None = None


EVERYTHING = Filters()


def asked_for(filters: Filters, cursor: str | None) -> dict[str, Any]:
    """Return the values by which a list is narrowed, under the names that `page` knows.

    Refuses a cursor that is not ours.
    """
    asked = {name: value for name, value in asdict(filters).items() if value}
    if filters.q:
        asked["q"] = _anywhere(filters.q)
    if cursor is not None:
        place = cursors.place_of(cursor)
        if place is None:
            raise BadCursor
        asked["after_moment"], asked["after_id"] = place
    return asked


def _with_shifts(found: Select[Any]) -> Select[Any]:
    """Select these activities with what is not over, and how the person `:person` stands there."""
    activities = found.subquery()
    ahead = and_(shift.activity_id == activities.c.id, shift.ends_at > bindparam("now"))
    mine = and_(signup.shift_id == shift.id, signup.person_id == bindparam("person"), is_live)
    return (
        select(
            activities,
            shift.id.label("shift_id"),
            shift.starts_at,
            shift.ends_at,
            shift.closes_at.label("shift_closes_at"),
            shift.capacity,
            (shift.capacity - shift.taken).label("places_left"),
            shift.waiting,
            signup.state.label("my_state"),
        )
        .select_from(activities)
        .outerjoin(Shift.__table__, ahead)
        .outerjoin(Signup.__table__, mine)
        .order_by(activities.c.closes_at, activities.c.id, shift.starts_at, shift.id)
    )


_SHOWN = ACTIVITIES.where(is_shown)
BY_NUMBER = _with_shifts(_SHOWN.where(activity.number == bindparam("number")))
BY_ID = _with_shifts(_SHOWN.where(activity.id == bindparam("activity")))


@cache
def page(asked: frozenset[str]) -> Select[Any]:
    """Return the statement for a list narrowed in these ways, built once for each."""
    found = ACTIVITIES.where(
        activity.state == ActivityState.OPEN, activity.closes_at > bindparam("now")
    )
    for name in asked & _NARROWED.keys():
        found = found.where(_NARROWED[name])
    if "after_id" in asked:
        found = found.where(tuple_(activity.closes_at, activity.id) > tuple_(*_AFTER))
    found = found.order_by(activity.closes_at, activity.id).limit(bindparam("at_most"))
    return _with_shifts(found)


def cursor_after(row: Row[Any]) -> str:
    """Return where the page after this row begins."""
    return cursors.after(row.closes_at, row.id)


def _anywhere(words: str) -> str:
    """Return the LIKE pattern of these words; what they hold of its signs means itself."""
    for sign in "/%_":
        words = words.replace(sign, f"/{sign}")
    return f"%{words}%"
