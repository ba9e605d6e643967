"""What is given out just now: the catalogue as riders see it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from server.riders.points.ledger import local_day
from server.riders.rewards.models import Reward, RewardStock, RewardVersion
from server.riders.rewards.refusals import RewardMissing
from server.riders.stations.models import Station, StationState

reward = Reward.__table__.c
version = RewardVersion.__table__.c
stock = RewardStock.__table__.c
station = Station.__table__.c

MOST = 100
"""Rewards that a district gives out at a time; they fit one page."""


class Offer(NamedTuple):
    """A reward as it is given out now; the columns are explained with `models.RewardVersion`."""

    reward_id: int
    version: int
    name: str
    about: str
    points: int
    month_limit: int | None
    ever_limit: int | None
    since: date
    until: date | None


class Spread(NamedTuple):
    """A reward with how many are free, in all and at how many stations."""

    offer: Offer
    free: int
    stations: int


COLUMNS = tuple(version[name] for name in Offer._fields)


def find(session: Session, reward_id: int, now: datetime) -> Offer:
    """Return a reward that is given out now, or refuse."""
    row = session.execute(_given_out(now).where(reward.id == reward_id)).one_or_none()
    if row is None:
        raise RewardMissing
    return Offer(*row)


def browse(
    session: Session, now: datetime, stations: Collection[int] | None = None
) -> list[Spread]:
    """Return what is given out now, the cheapest first, with what is free. One statement.

    Counted are all stations that keep their hours, or those of `stations`; a reward of which
    nothing is free is still named.
    """
    there = _keeps_hours(now)
    if stations is not None:
        there = and_(there, station.id.in_(stations))
    free = (
        select(
            stock.reward_id,
            func.sum(stock.free).label("free"),
            func.count().label("stations"),
        )
        .join(Station.__table__, station.id == stock.station_id)
        .where(stock.free > 0, there)
        .group_by(stock.reward_id)
        .subquery()
    )
    found = (
        _given_out(now)
        .add_columns(func.coalesce(free.c.free, 0), func.coalesce(free.c.stations, 0))
        .outerjoin(free, free.c.reward_id == reward.id)
        .order_by(version.points, reward.id)
        .limit(MOST)
    )
    return [Spread(Offer(*row[:-2]), int(row[-2]), row[-1]) for row in session.execute(found)]


def stations_of(session: Session, reward_id: int, now: datetime) -> dict[int, int]:
    """Return how many are free by station, of those that keep their hours. One statement."""
    found = (
        select(stock.station_id, stock.free)
        .join(Station.__table__, station.id == stock.station_id)
        .where(stock.reward_id == reward_id, stock.free > 0, _keeps_hours(now))
        .order_by(station.number)
    )
    return {row.station_id: row.free for row in session.execute(found)}


def _given_out(now: datetime) -> Select[Any]:
    today = local_day(now)
    return (
        select(*COLUMNS)
        .join(Reward.__table__, and_(reward.id == version.reward_id, _newest()))
        .where(
            reward.active,
            version.since <= today,
            or_(version.until.is_(None), version.until >= today),
        )
    )


def _newest() -> ColumnElement[bool]:
    return reward.version == version.version


def _keeps_hours(now: datetime) -> ColumnElement[bool]:
    over = and_(station.state == StationState.CLOSED, station.closed_until <= now)
    return or_(station.state == StationState.OPEN, over)
