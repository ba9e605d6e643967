"""Lists of stations by number, and where they lie."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas import spoken
from server.areas.models import Area
from server.riders.stations import views
from server.riders.stations.coordinates import Place
from server.riders.stations.models import Station, StationState
from server.riders.stations.views import StationView
from server.riders.stations.wishes import ANY, Wish

AT_ONCE = 500
"""Stations that are looked at for a page; where they are more, it says where to go on."""
POINTS = 500
SAMPLE = 200


class Page(NamedTuple):
    """Stations by number; `after` is where the next page begins, if there is one."""

    items: tuple[StationView, ...]
    after: int | None


def browse(
    session: Session, now: datetime, wish: Wish = ANY, *, after: int = 0, limit: int = 20
) -> Page:
    """Return the stations past number `after` that are wanted, of the next `AT_ONCE`.

    So a page may hold fewer than asked for, and none, and still say where to go on.
    """
    at_most = limit + 1 if wish == ANY else AT_ONCE
    found = (
        select(Station.id, Station.number)
        .where(Station.number > after, Station.state != StationState.RETIRED)
        .order_by(Station.number)
        .limit(at_most)
    )
    rows = session.execute(found).all()
    suiting = [
        view
        for view in views.of(session, (row.id for row in rows), now)
        if wish.suits(view.facilities, view.number, view.name, view.address)
        and (view.standing.is_open or not wish.open_now)
    ]
    items = tuple(suiting[:limit])
    if len(suiting) > limit:
        return Page(items, items[-1].number)
    return Page(items, rows[-1].number if len(rows) == at_most else None)


class Point(NamedTuple):
    """Where a station lies on the sketch, and the path of its area."""

    number: int
    place: Place
    path: str


def points(session: Session) -> list[Point]:
    """Return where the first stations lie, for a sketch of the district. One statement."""
    found = (
        select(Station.number, Station.lat, Station.lng, Area.path)
        .join(Area, Area.id == Station.area_id)
        .where(Station.state != StationState.RETIRED)
        .order_by(Station.number)
        .limit(POINTS)
    )
    return [Point(row.number, Place(row.lat, row.lng), row.path) for row in session.execute(found)]


def middle_of(session: Session, area: Area) -> Place | None:
    """Return the middle of the stations in an area, or None where it has none. One statement.

    Nobody has told us where areas lie; where their stations are is as good for finding one.
    """
    inside = (
        select(Station.lat, Station.lng)
        .join(Area, Area.id == Station.area_id)
        .where(Area.path.startswith(area.path, autoescape=True))
        .where(Station.state != StationState.RETIRED)
        .limit(SAMPLE)
        .subquery()
    )
    lat, lng = session.execute(select(func.avg(inside.c.lat), func.avg(inside.c.lng))).one()
    return None if lat is None else Place(round(lat), round(lng))


def named(session: Session, words: str) -> tuple[str, Place] | None:
    """Return the area that words mean, with the middle of its stations, or None."""
    areas, _door = spoken.meant(session, words)
    middle = middle_of(session, areas[0]) if areas else None
    return (areas[0].name, middle) if middle else None
