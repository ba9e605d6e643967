"""Who keeps a station: named by staff, and whoever manages stations in its area."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.db import insert_into
from server.people import identities
from server.people.models import Person
from server.riders.stations.models import Station, StationKeeper, StationState
from server.riders.stations.refusals import NobodySuch, NotAKeeper, StationMissing
from server.staff.reach import Reach
from server.staff.rights import Right

MOST = 20
"""Stations that one person may be asked about at once."""


def kept_by(session: Session, person_id: int) -> list[Station]:
    """Return the stations that somebody keeps, by number."""
    found = (
        select(Station)
        .join(StationKeeper, StationKeeper.station_id == Station.id)
        .where(StationKeeper.person_id == person_id, Station.state != StationState.RETIRED)
        .order_by(Station.number)
        .limit(MOST)
    )
    return list(session.scalars(found))


def of(session: Session, station_id: int) -> list[StationKeeper]:
    """Return who keeps a station, since longest first."""
    found = select(StationKeeper).where(StationKeeper.station_id == station_id)
    return list(session.scalars(found.order_by(StationKeeper.id).limit(MOST)))


def held(session: Session, reach: Reach, station_id: int) -> tuple[Station, str]:
    """Return a station with the path of its area to whoever may open and close it, or refuse.

    One statement. What is no more does not exist; whose it is not is told so, as anybody may
    look at it.
    """
    keeps = exists().where(
        StationKeeper.station_id == Station.id, StationKeeper.person_id == reach.person_id
    )
    row = session.execute(
        select(Station, Area.path, keeps.label("keeps"))
        .join(Area, Area.id == Station.area_id)
        .where(Station.id == station_id, Station.state != StationState.RETIRED)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise StationMissing
    if not (row.keeps or reach.covers(Right.MANAGE_STATIONS, row.path)):
        raise NotAKeeper(number=row.Station.number)
    return row.Station, row.path


def managed(session: Session, reach: Reach, station_id: int) -> tuple[Station, str]:
    """Return a station with the path of its area to whoever manages it, or refuse."""
    row = session.execute(
        select(Station, Area.path)
        .join(Area, Area.id == Station.area_id)
        .where(Station.id == station_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    reach.require(Right.MANAGE_STATIONS, row.path if row else None)
    assert row is not None
    return row.Station, row.path


def entrust(session: Session, reach: Reach, station_id: int, person_id: int, now: datetime) -> None:
    """Let somebody keep a station; twice is the same as once."""
    station, path = managed(session, reach, station_id)
    if session.get(Person, person_id) is None:
        raise NobodySuch
    identities.lock(session, person_id)
    given = session.execute(
        insert_into(session, StationKeeper)
        .values(station_id=station.id, person_id=person_id, since=now)
        .on_conflict_do_nothing()
        .returning(StationKeeper.id)
    ).first()
    if given:
        note(session, reach, "entrusted", station, path, now, keeper=person_id)


def relieve(session: Session, reach: Reach, station_id: int, person_id: int, now: datetime) -> None:
    """Let somebody keep a station no more; twice is the same as once."""
    station, path = managed(session, reach, station_id)
    gone = session.execute(
        delete(StationKeeper)
        .where(StationKeeper.station_id == station.id, StationKeeper.person_id == person_id)
        .returning(StationKeeper.id)
    ).first()
    if gone:
        note(session, reach, "relieved", station, path, now, keeper=person_id)


def note(
    session: Session,
    reach: Reach,
    action: str,
    station: Station,
    path: str,
    now: datetime,
    **facts: object,
) -> None:
    """Write into the trail what was done to a station; `reason` among the facts is its own."""
    subject = ("station", station.id)
    reason = facts.pop("reason", None)
    trail.record(
        session,
        reach.person_id or None,
        f"station.{action}",
        subject,
        now,
        area_path=path,
        reason=str(reason) if reason else None,
        **facts,
    )
