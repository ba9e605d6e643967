"""What a keeper says of a station: it is open, it is closed for a while, it is as it should be.

Each is one conditional write; who says it twice is told the same, and the trail has it once.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy.orm import Session

from server.riders.stations import keepers, views
from server.riders.stations.models import Station, StationState
from server.riders.stations.refusals import BadUntil, ReasonNeeded, StationClosed
from server.riders.stations.views import StationView
from server.staff.reach import Reach

LONGEST_REASON = 60
LONGEST = timedelta(days=92)
"""A closure that lasts longer is none: the station is retired, and opened anew."""
ANEW = timedelta(minutes=10)
"""Two confirmations within this time are one."""


def open_up(session: Session, reach: Reach, station_id: int, now: datetime) -> StationView:
    """Let a station keep its hours again, which says as well that it is open."""
    station, path = keepers.held(session, reach, station_id)
    fresh = or_(Station.confirmed_at.is_(None), Station.confirmed_at < now - ANEW)
    changed = _write(
        session,
        and_(Station.id == station.id, or_(Station.state == StationState.CLOSED, fresh)),
        state=StationState.OPEN,
        closed_reason=None,
        closed_until=None,
        confirmed_at=now,
    )
    if changed:
        keepers.note(session, reach, "opened", station, path, now)
    return views.by_id(session, station_id, now)


def close(
    session: Session,
    reach: Reach,
    station_id: int,
    reason: str,
    until: datetime | None,
    now: datetime,
) -> StationView:
    """Close a station for a while; without `until` for as long as nobody opens it.

    Refuses a closure without a reason, and one that ends before now or after three months.
    """
    station, path = keepers.held(session, reach, station_id)
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        raise ReasonNeeded
    if until is not None and not now < until <= now + LONGEST:
        raise BadUntil
    differs = or_(
        Station.state == StationState.OPEN,
        Station.closed_reason != why,
        Station.closed_until.is_distinct_from(until),
    )
    changed = _write(
        session,
        and_(Station.id == station.id, differs),
        state=StationState.CLOSED,
        closed_reason=why,
        closed_until=until,
    )
    if changed:
        keepers.note(session, reach, "closed", station, path, now, reason=why, until=until)
    return views.by_id(session, station_id, now)


def confirm(session: Session, reach: Reach, station_id: int, now: datetime) -> StationView:
    """Say that a station is as it should be; one that is closed for a while is opened instead."""
    station, path = keepers.held(session, reach, station_id)
    over = and_(Station.state == StationState.CLOSED, Station.closed_until <= now)
    fresh = or_(Station.confirmed_at.is_(None), Station.confirmed_at < now - ANEW)
    changed = _write(
        session,
        and_(Station.id == station.id, or_(and_(Station.state == StationState.OPEN, fresh), over)),
        state=StationState.OPEN,
        closed_reason=None,
        closed_until=None,
        confirmed_at=now,
    )
    view = views.by_id(session, station_id, now)
    if view.standing.closure is not None:
        raise StationClosed(number=view.number)
    if changed:
        keepers.note(session, reach, "confirmed", station, path, now)
    return view


def _write(session: Session, where: Any, **to: object) -> bool:
    """Change a station that is still there if the condition holds; tell whether it did."""
    written = session.execute(
        update(Station)
        .where(where, Station.state != StationState.RETIRED)
        .values(**to)
        .returning(Station.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire_all()
    return written is not None
