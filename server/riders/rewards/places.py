"""Where a reward lies: the stations that have it, those first that are near or known."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.riders.rewards import offers
from server.riders.rewards.models import Voucher
from server.riders.rewards.vouchers import Held
from server.riders.stations import views
from server.riders.stations.coordinates import Place
from server.riders.stations.models import Station
from server.riders.stations.views import StationView

voucher = Voucher.__table__.c
station = Station.__table__.c

LATELY = 5
"""So many stations that somebody knows from their vouchers stand in front."""


class Stocked(NamedTuple):
    """A station with how many pieces are free there."""

    view: StationView
    free: int


def having(
    session: Session,
    reward_id: int,
    now: datetime,
    *,
    near: Place | None = None,
    person_id: int | None = None,
    limit: int = 5,
) -> list[Stocked]:
    """Return where a reward is free: the nearest first, else those the person knows, by number.

    Left out are stations that are closed for a while. Six statements, however many have it.
    """
    free = offers.stations_of(session, reward_id, now)
    if near is None:
        order = _known_first(session, free, person_id)
        metres: dict[int, float] = {}
    else:
        metres = _metres(session, free, near)
        order = sorted(metres, key=lambda one: (metres[one], one))
    shown = views.of(session, order[:limit], now)
    return [Stocked(replace(view, metres=metres.get(view.id)), free[view.id]) for view in shown]


def of(session: Session, held: Held, now: datetime) -> StationView | None:
    """Return the station at which a voucher waits; None where it is no more."""
    return next(iter(views.of(session, [held.station_id], now)), None)


def _known_first(session: Session, free: Mapping[int, int], person_id: int | None) -> list[int]:
    known: list[int] = []
    if person_id is not None:
        found = select(voucher.station_id).where(voucher.person_id == person_id)
        found = found.group_by(voucher.station_id).order_by(func.max(voucher.id).desc())
        known = [one for one in session.scalars(found.limit(LATELY)) if one in free]
    return known + [one for one in free if one not in known]


def _metres(session: Session, free: Mapping[int, int], near: Place) -> dict[int, float]:
    found = select(station.id, station.lat, station.lng).where(station.id.in_(list(free)))
    return {row.id: near.metres_to(Place(row.lat, row.lng)) for row in session.execute(found)}
