"""Stations as staff look at them: which are closed, complained of, or confirmed by nobody."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.riders.stations import views
from server.riders.stations.models import FaultState, Station, StationFault, StationState
from server.riders.stations.views import StationView
from server.staff.reach import Reach
from server.staff.rights import Right

PAGE = 30
STALE = timedelta(days=7)
"""After so long without a keeper's word nobody knows whether a station is open."""


class Health(StrEnum):
    """What a list of stations is narrowed to."""

    ALL = "all"
    FAULTS = "faults"
    CLOSED = "closed"
    UNCONFIRMED = "unconfirmed"


class Line(NamedTuple):
    """A station with how many reports wait there."""

    view: StationView
    faults: int


class Page(NamedTuple):
    """A page of the list; `after` is the number past which the next one begins."""

    items: Sequence[Line]
    after: int | None


def browse(
    session: Session, reach: Reach, health: Health, now: datetime, *, after: int = 0
) -> Page:
    """Return the stations in reach past a number, by number. Five statements."""
    reach.require_any(Right.SEE_STATIONS)
    found = (
        select(Station.id, Station.number)
        .join(Area, Area.id == Station.area_id)
        .where(
            reach.inside(Right.SEE_STATIONS),
            Station.number > after,
            Station.state != StationState.RETIRED,
            *_narrowed(health, now),
        )
        .order_by(Station.number)
        .limit(PAGE + 1)
    )
    rows = session.execute(found).all()
    shown = views.of(session, [row.id for row in rows[:PAGE]], now)
    counts = _counts(session, [view.id for view in shown])
    items = [Line(view, counts.get(view.id, 0)) for view in shown]
    return Page(items, rows[PAGE - 1].number if len(rows) > PAGE else None)


def reached(session: Session, reach: Reach, right: Right, station_id: int) -> tuple[Station, Area]:
    """Return a station with its area if the right reaches it, or refuse."""
    row = session.execute(
        select(Station, Area).join(Area, Area.id == Station.area_id).where(Station.id == station_id)
    ).one_or_none()
    reach.require(right, row.Area.path if row else None)
    assert row is not None
    return row.Station, row.Area


def _narrowed(health: Health, now: datetime) -> list[ColumnElement[bool]]:
    if health is Health.CLOSED:
        over = Station.closed_until > now
        return [Station.state == StationState.CLOSED, or_(Station.closed_until.is_(None), over)]
    if health is Health.FAULTS:
        return [exists().where(StationFault.station_id == Station.id, _is_waiting())]
    if health is Health.UNCONFIRMED:
        return [or_(Station.confirmed_at.is_(None), Station.confirmed_at < now - STALE)]
    return []


def _is_waiting() -> ColumnElement[bool]:
    return StationFault.state.in_((FaultState.OPEN, FaultState.SEEN))


def _counts(session: Session, ids: Sequence[int]) -> dict[int, int]:
    found = (
        select(StationFault.station_id, func.count())
        .where(StationFault.station_id.in_(ids), _is_waiting())
        .group_by(StationFault.station_id)
    )
    return {station_id: count for station_id, count in session.execute(found)}
