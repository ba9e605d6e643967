"""Finding the stations nearest to a place: strips of an index, then exact distances.

The search widens until it has enough. What it costs depends on how many stations lie around the
place, never on how many there are: it stops where a wider circle would hold more than `MOST`, and
always tells within how many metres its answer is the whole truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from math import asin, cos, degrees, pi, radians, sin
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from server.lists import among
from server.riders.stations import standing, views
from server.riders.stations.coordinates import EARTH, SCALE, Place
from server.riders.stations.hours import Hours
from server.riders.stations.models import STRIP, Station, StationState
from server.riders.stations.standing import Closure
from server.riders.stations.views import StationView
from server.riders.stations.wishes import OPEN, Wish

RADII = (250, 1_000, 4_000, 16_000)
"""In metres; past the last one nothing is near by any means."""
MOST = 2_000
"""Stations that are looked at."""
station = Station.__table__.c


class Spot(NamedTuple):
    """A station by distance, in whole centimetres so that two pages agree, then by its id."""

    centimetres: int
    id: int


@dataclass(frozen=True, slots=True)
class Around:
    """The stations around a place, the nearest first, all of those within so many metres.

    Where none is found, `opens_next` is the one around that opens first.
    """

    items: tuple[StationView, ...]
    within: int
    more_after: Spot | None = None
    opens_next: StationView | None = None


class _Candidate(NamedTuple):
    spot: Spot
    hours: Hours
    closure: Closure | None

    def is_open(self, now: datetime) -> bool:
        return self.closure is None and self.hours.is_open(now)


def find(
    session: Session,
    near: Place,
    now: datetime,
    wish: Wish = OPEN,
    *,
    after: Spot | None = None,
    limit: int = 5,
) -> Around:
    """Return the nearest stations that are what is wanted, those open now unless told.

    At most two statements a circle, four circles, and three statements for what is shown.
    """
    within, around = 0, list[_Candidate]()
    fitting: list[Spot] = []
    for radius in RADII:
        rows = _in_box(session, near, radius)
        if len(rows) > MOST:
            break
        within = radius
        around = _within(session, rows, near, radius, wish, now)
        fits = (one.spot for one in around if not wish.open_now or one.is_open(now))
        fitting = sorted(spot for spot in fits if after is None or spot > after)
        if len(fitting) > limit:
            break
    shown = fitting[:limit]
    return Around(
        items=_shown(session, shown, now),
        within=within,
        more_after=shown[-1] if len(fitting) > limit else None,
        opens_next=None if shown or after else _opens_next(session, around, now),
    )


def box(near: Place, metres: float) -> tuple[range, tuple[int, int], tuple[int, int]]:
    """Return strips, latitudes and longitudes around a circle, in millionths of a degree."""
    lat, _lng = near.degrees
    angle = metres / EARTH
    wide = sin(angle) / max(cos(radians(lat)), 1e-9)
    high = round(degrees(angle) * SCALE) + 1
    broad = round(degrees(asin(wide) if wide < 1 else pi) * SCALE) + 1
    south, north = near.lat - high, near.lat + high
    strips = range(south // STRIP, north // STRIP + 1)
    return strips, (south, north), (near.lng - broad, near.lng + broad)


def _in_box(session: Session, near: Place, metres: float) -> list[Row[Any]]:
    strips, lats, lngs = box(near, metres)
    found = (
        select(
            station.id,
            station.number,
            station.name,
            station.address,
            station.lat,
            station.lng,
            station.facilities,
            station.week,
            station.state,
            station.closed_reason,
            station.closed_until,
        )
        .where(
            among(session, station.strip, list(strips)),
            station.lng.between(*lngs),
            station.lat.between(*lats),
            station.state != StationState.RETIRED,
        )
        .limit(MOST + 1)
    )
    return list(session.execute(found))


def _within(
    session: Session,
    rows: Iterable[Row[Any]],
    near: Place,
    metres: float,
    wish: Wish,
    now: datetime,
) -> list[_Candidate]:
    far = [(near.metres_to(Place(row.lat, row.lng)), row) for row in rows]
    kept = [
        (how_far, row)
        for how_far, row in far
        if how_far <= metres and wish.suits(row.facilities, row.number, row.name, row.address)
    ]
    days = views.days_of(session, [row.id for _far, row in kept], now) if kept else {}
    found = []
    for how_far, row in kept:
        closure = standing.closure_of(row.state, row.closed_reason, row.closed_until, now)
        hours = Hours(row.week, days.get(row.id, {}))
        found.append(_Candidate(Spot(round(how_far * 100), row.id), hours, closure))
    return found


def _shown(session: Session, spots: list[Spot], now: datetime) -> tuple[StationView, ...]:
    metres = {spot.id: spot.centimetres / 100 for spot in spots}
    found = views.of(session, metres, now)
    return tuple(replace(view, metres=metres[view.id]) for view in found)


def _opens_next(
    session: Session, around: Iterable[_Candidate], now: datetime
) -> StationView | None:
    """Return of those around the one that opens first, the nearer of two; not the open ones."""
    stands = ((standing.of(one.hours, one.closure, now), one.spot) for one in around)
    waiting = [(stand.opens_at, spot) for stand, spot in stands if stand.opens_at is not None]
    if not waiting:
        return None
    return next(iter(_shown(session, [min(waiting)[1]], now)), None)
