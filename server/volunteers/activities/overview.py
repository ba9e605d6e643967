"""Activities as staff see them: a list of those in reach, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, literal, not_, select, tuple_
from sqlalchemy.orm import Session

from server import cursors, ranges
from server.areas.models import Area
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers import stages
from server.volunteers.models import Activity, ActivityState, Field, Shift
from server.volunteers.refusals import BadCursor
from server.volunteers.stages import Stage

PAGE = 30

GROUPS: dict[str, tuple[ActivityState, ...]] = {
    "current": (ActivityState.DRAFT, ActivityState.REVIEW, ActivityState.OPEN),
    "draft": (ActivityState.DRAFT,),
    "review": (ActivityState.REVIEW,),
    "open": (ActivityState.OPEN,),
    "ended": (ActivityState.OPEN,),
    "done": (ActivityState.RECORDED, ActivityState.ARCHIVED),
    "gone": (ActivityState.CANCELLED, ActivityState.UNPUBLISHED),
}
"""What the list may be narrowed to; `open` is still ahead or running, `ended` is over."""
AHEAD = frozenset({"current", "draft", "review", "open"})
"""Here stands in front what comes soonest; elsewhere, what was last."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to: moments are UTC, `area` is a code and takes in what is inside.

    Activities count by the moment at which their last shift closes.
    """

    group: str = "current"
    field: Field | None = None
    area: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One activity in the list; places are those of all its shifts."""

    id: int
    number: int
    title: str
    field: Field
    area: str
    stage: Stage
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list, and where the next one begins."""

    lines: tuple[Line, ...]
    next_cursor: str | None


def browse(
    session: Session, reach: Reach, asked: Asked, now: datetime, cursor: str | None = None
) -> Listing:
    """Return activities in reach, by `AHEAD` in order. Two statements, whatever the length."""
    found = session.execute(_page(reach, asked, now, cursor)).all()
    shifts = _shifts(session, [row.id for row in found[:PAGE]])
    lines = tuple(_line(row, shifts.get(row.id, []), now) for row in found[:PAGE])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Listing(lines, cursors.after(last.closes_at, last.id) if last else None)


def review_queue(session: Session, reach: Reach, limit: int) -> list[Row[Any]]:
    """Return what waits for review in reach, what begins soonest in front."""
    waiting = (
        select(
            Activity.id,
            Activity.title,
            Activity.closes_at,
            Activity.risk,
            Area.name.label("area"),
        )
        .join(Area, Area.id == Activity.area_id)
        .where(Activity.state == ActivityState.REVIEW, reach.inside(Right.REVIEW_ACTIVITIES))
        .order_by(Activity.closes_at, Activity.id)
        .limit(limit)
    )
    return list(session.execute(waiting))


def _page(reach: Reach, asked: Asked, now: datetime, cursor: str | None) -> Any:
    group = asked.group if asked.group in GROUPS else "current"
    order = (Activity.closes_at, Activity.id)
    found: Any = (
        select(
            Activity.id,
            Activity.number,
            Activity.title,
            Activity.field,
            Activity.state,
            Activity.closes_at,
            Area.name.label("area"),
        )
        .join(Area, Area.id == Activity.area_id)
        .where(reach.inside(Right.SEE_ACTIVITIES))
    )
    if group in AHEAD:
        over = and_(Activity.state == ActivityState.OPEN, Activity.ends_at <= now)
        found = found.where(not_(over))
    if group == "ended":
        found = found.where(Activity.ends_at <= now)
    if asked.field:
        found = found.where(Activity.field == asked.field)
    if asked.area:
        inside = select(Area.path).where(Area.code == asked.area).scalar_subquery()
        found = found.where(Area.path.startswith(inside))
    if asked.since:
        found = found.where(Activity.closes_at >= asked.since)
    if asked.until:
        found = found.where(Activity.closes_at < asked.until)
    if cursor:
        here, there = tuple_(*order), tuple_(*_place_of(cursor))
        found = found.where(here > there if group in AHEAD else here < there)
    states = [Activity.state == state for state in GROUPS[group]]
    back = group not in AHEAD
    return ranges.together(found, states, order, PAGE + 1, newest=back)


def _shifts(session: Session, activities: Iterable[int]) -> dict[int, list[Row[Any]]]:
    wanted: Any = (
        select(
            Shift.activity_id,
            Shift.starts_at,
            Shift.ends_at,
            Shift.closes_at,
            Shift.capacity,
            Shift.taken,
            Shift.waiting,
            (Shift.capacity - Shift.taken).label("places_left"),
        )
        .where(Shift.activity_id.in_(list(activities)))
        .order_by(Shift.starts_at)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in session.execute(wanted):
        found.setdefault(row.activity_id, []).append(row)
    return found


def _line(row: Row[Any], shifts: list[Row[Any]], now: datetime) -> Line:
    ahead = [each for each in shifts if each.ends_at > now]
    return Line(
        id=row.id,
        number=row.number,
        title=row.title,
        field=row.field,
        area=row.area,
        stage=stages.of(row.state, shifts, now),
        starts_at=(ahead or shifts)[0].starts_at if shifts else None,
        ends_at=(ahead or shifts)[0].ends_at if shifts else None,
        capacity=sum(each.capacity for each in shifts),
        taken=sum(each.taken for each in shifts),
        waiting=sum(each.waiting for each in shifts),
    )


def _place_of(cursor: str) -> tuple[Any, int]:
    place = cursors.place_of(cursor)
    if place is None:
        raise BadCursor
    return literal(place[0], Activity.closes_at.type), place[1]
