"""Stations as staff keep them: added, described anew, retired, with days that differ."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas import tree
from server.db import insert_into
from server.riders.stations import keepers, schedules
from server.riders.stations.coordinates import EAST, NORTH, SCALE, SOUTH, WEST, Place
from server.riders.stations.facilities import Facilities
from server.riders.stations.models import STRIP, HostKind, Station, StationDay, StationState
from server.riders.stations.refusals import BadStation, NumberTaken, StationChanged
from server.staff.reach import Reach
from server.staff.rights import Right

TRIES = 50
MOST_DAYS = 60
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_PHONE, LONGEST_NOTE = 80, 120, 20, 200


@dataclass(frozen=True)
class Described:
    """A station as staff describe it; `hours` as `schedules` reads them.

    Without a number it gets the next one. `phone` is published: no private one is asked for.
    """

    area_code: str
    name: str
    host: HostKind
    address: str
    place: Place
    hours: str
    facilities: Facilities = frozenset()
    phone: str = ""
    note: str = ""
    number: int | None = None


def add(session: Session, reach: Reach, what: Described, now: datetime) -> Station:
    """Put a station on the map; refuses a number that another bears, and a place elsewhere."""
    facts = _facts(session, reach, what)
    for _ in range(TRIES):
        station = Station(
            **facts,
            number=what.number or (session.scalar(select(func.max(Station.number))) or 0) + 1,
            state=StationState.OPEN,
            created_at=now,
            changed_at=now,
        )
        try:
            with session.begin_nested():
                session.add(station)
        except IntegrityError:
            if what.number:
                raise NumberTaken(number=what.number) from None
            continue
        keepers.note(session, reach, "added", station, _path(session, station), now)
        return station
    raise NumberTaken(number=0)


def edit(
    session: Session,
    reach: Reach,
    station_id: int,
    what: Described,
    now: datetime,
    *,
    revision: int,
) -> Station:
    """Describe a station anew, unless somebody has changed it since `revision` was read."""
    station, path = keepers.managed(session, reach, station_id)
    facts = _facts(session, reach, what)
    number = what.number or station.number
    try:
        with session.begin_nested():
            written = session.execute(
                update(Station)
                .where(Station.id == station_id, Station.revision == revision)
                .values(**facts, number=number, changed_at=now, revision=revision + 1)
                .returning(Station.id)
                .execution_options(synchronize_session=False)
            ).first()
    except IntegrityError:
        raise NumberTaken(number=number) from None
    if written is None:
        raise StationChanged
    session.refresh(station)
    keepers.note(session, reach, "edited", station, path, now)
    return station


def retire(session: Session, reach: Reach, station_id: int, now: datetime) -> None:
    """Take a station off the map for good; its number is not given again. Twice is once."""
    station, path = keepers.managed(session, reach, station_id)
    gone = session.execute(
        update(Station)
        .where(Station.id == station_id, Station.state != StationState.RETIRED)
        .values(state=StationState.RETIRED, closed_reason=None, closed_until=None, changed_at=now)
        .returning(Station.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(station)
    if gone:
        keepers.note(session, reach, "retired", station, path, now)


def differ(  # noqa: PLR0913  who says what of which day
    session: Session,
    reach: Reach,
    station_id: int,
    day: date,
    windows: str | None,
    now: datetime,
    *,
    note: str = "",
) -> None:
    """Let a station keep other hours on one local day, or with None its usual ones again."""
    station, path = keepers.managed(session, reach, station_id)
    if windows is None:
        session.execute(
            delete(StationDay).where(StationDay.station_id == station_id, StationDay.day == day)
        )
    else:
        told = insert_into(session, StationDay).values(
            station_id=station_id,
            day=day,
            windows=schedules.read_day(windows),
            note=note[:60],
        )
        kept = {"windows": told.excluded.windows, "note": told.excluded.note}
        session.execute(told.on_conflict_do_update(index_elements=["station_id", "day"], set_=kept))
    keepers.note(session, reach, "day_set", station, path, now, day=day.isoformat())


def days(session: Session, station_id: int, now: datetime) -> list[StationDay]:
    """Return the days from today on on which a station keeps other hours."""
    today = now.astimezone(LOCAL).date()
    found = select(StationDay).where(StationDay.station_id == station_id, StationDay.day >= today)
    return list(session.scalars(found.order_by(StationDay.day).limit(MOST_DAYS)))


def _facts(session: Session, reach: Reach, what: Described) -> dict[str, object]:
    """Return the columns that a description fills, or refuse it."""
    area = tree.by_code(session, what.area_code)
    reach.require(Right.MANAGE_STATIONS, area.path)
    lat, lng = what.place.degrees
    name, address = what.name.strip(), what.address.strip()
    number = 1 if what.number is None else what.number
    is_sound = name and address and 0 < number < SCALE
    if not (is_sound and SOUTH <= lat <= NORTH and WEST <= lng <= EAST):
        raise BadStation
    return {
        "area_id": area.id,
        "name": name[:LONGEST_NAME],
        "host": what.host,
        "address": address[:LONGEST_ADDRESS],
        "lat": what.place.lat,
        "lng": what.place.lng,
        "strip": what.place.lat // STRIP,
        "phone": what.phone.strip()[:LONGEST_PHONE],
        "note": what.note.strip()[:LONGEST_NOTE],
        "facilities": what.facilities,
        "week": schedules.read(what.hours).week,
    }


def _path(session: Session, station: Station) -> str:
    return tree.by_id(session, station.area_id).path
