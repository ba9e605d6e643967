"""Stations as people read them: what is there, whether it is open, what is said to be wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.lists import among
from server.riders.stations import standing
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import Facilities, FaultKind
from server.riders.stations.hours import AHEAD, Hours, Windows
from server.riders.stations.models import (
    FaultState,
    HostKind,
    Station,
    StationDay,
    StationFault,
    StationState,
)
from server.riders.stations.refusals import StationMissing
from server.riders.stations.standing import Standing

Days = Mapping[int, Mapping[date, Windows]]
"""By station, the days of the next two weeks on which it keeps other hours."""


@dataclass(frozen=True, slots=True)
class StationView:
    """A station at a moment; `metres` is how far it is from where one asked, if one did.

    `faults` are those that somebody reported and nobody has settled.
    """

    id: int
    number: int
    name: str
    host: HostKind
    area: str
    address: str
    place: Place
    phone: str
    note: str
    facilities: Facilities
    hours: Hours
    standing: Standing
    confirmed_at: datetime | None
    faults: tuple[FaultKind, ...]
    metres: float | None = None


def by_id(session: Session, station_id: int, now: datetime) -> StationView:
    """Return a station, or refuse one that is not, or is no more."""
    for view in of(session, [station_id], now):
        return view
    raise StationMissing


def by_number(session: Session, number: int, now: datetime) -> StationView:
    """Return the station of this number, or refuse."""
    found = session.scalar(select(Station.id).where(Station.number == number))
    if found is None:
        raise StationMissing
    return by_id(session, found, now)


def of(session: Session, ids: Iterable[int], now: datetime) -> list[StationView]:
    """Return these stations in this order, without those that are no more. Three statements."""
    wanted = list(ids)
    if not wanted:
        return []
    found = session.execute(
        select(Station, Area.name.label("area"))
        .join(Area, Area.id == Station.area_id)
        .where(
            among(session, Station.__table__.c.id, wanted), Station.state != StationState.RETIRED
        )
    )
    rows = {row.Station.id: row for row in found}
    days, faults = days_of(session, wanted, now), _faults_of(session, wanted)
    return [
        _view(rows[one].Station, rows[one].area, days.get(one, {}), faults.get(one, ()), now)
        for one in wanted
        if one in rows
    ]


def days_of(session: Session, ids: Iterable[int], now: datetime) -> Days:
    """Return the days on which these stations keep other hours, from yesterday on."""
    today = now.astimezone(LOCAL).date()
    day = StationDay.__table__.c
    found = session.execute(
        select(day.station_id, day.day, day.windows).where(
            among(session, day.station_id, list(ids)),
            day.day.between(today - timedelta(days=1), today + timedelta(days=AHEAD + 1)),
        )
    )
    days: dict[int, dict[date, Windows]] = {}
    for station_id, when, windows in found:
        days.setdefault(station_id, {})[when] = windows
    return days


def _faults_of(session: Session, ids: Iterable[int]) -> dict[int, tuple[FaultKind, ...]]:
    fault = StationFault.__table__.c
    found = session.execute(
        select(fault.station_id, fault.kind)
        .distinct()
        .where(
            among(session, fault.station_id, list(ids)),
            fault.state.in_((FaultState.OPEN, FaultState.SEEN)),
        )
        .order_by(fault.station_id, fault.kind)
    )
    faults: dict[int, tuple[FaultKind, ...]] = {}
    for station_id, kind in found:
        faults[station_id] = (*faults.get(station_id, ()), kind)
    return faults


def _view(
    station: Station,
    area: str,
    days: Mapping[date, Windows],
    faults: tuple[FaultKind, ...],
    now: datetime,
) -> StationView:
    hours = Hours(station.week, days)
    closure = standing.closure_of(station.state, station.closed_reason, station.closed_until, now)
    return StationView(
        id=station.id,
        number=station.number,
        name=station.name,
        host=station.host,
        area=area,
        address=station.address,
        place=station.place,
        phone=station.phone,
        note=station.note,
        facilities=station.facilities,
        hours=hours,
        standing=standing.of(hours, closure, now),
        confirmed_at=station.confirmed_at,
        faults=faults,
    )
