"""Rewards as staff look at them: the catalogue, and what became of vouchers."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Subquery, and_, func, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.riders.rewards.models import (
    Reward,
    RewardStock,
    RewardVersion,
    Voucher,
    VoucherState,
)
from server.riders.rewards.offers import COLUMNS, MOST, Offer
from server.riders.stations.models import Station
from server.staff.reach import Reach
from server.staff.rights import Right

reward = Reward.__table__.c
version = RewardVersion.__table__.c
stock = RewardStock.__table__.c
voucher = Voucher.__table__.c

PAGE = 30


class Line(NamedTuple):
    """A reward of the catalogue, with what lies and was collected in the areas in reach."""

    offer: Offer
    active: bool
    free: int
    held: int
    collected: int


class VoucherLine(NamedTuple):
    """A voucher without a word on whose it is."""

    id: int
    name: str
    points: int
    number: int
    station: str
    state: VoucherState
    held_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class Vouchers(NamedTuple):
    """A page of vouchers, the newest first; `before` is where the next one begins."""

    items: Sequence[VoucherLine]
    before: int | None


def catalogue(session: Session, reach: Reach) -> list[Line]:
    """Return all rewards, those that are given out first, the cheapest first. One statement."""
    reach.require_any(Right.SEE_REWARDS)
    there, gone = _there(reach), _gone(reach)
    found = (
        select(
            *COLUMNS,
            reward.active,
            func.coalesce(there.c.free, 0),
            func.coalesce(there.c.held, 0),
            func.coalesce(gone.c.pieces, 0),
        )
        .join(Reward.__table__, reward.id == version.reward_id)
        .outerjoin(there, there.c.reward_id == reward.id)
        .outerjoin(gone, gone.c.reward_id == reward.id)
        .where(version.version == reward.version)
        .order_by(reward.active.desc(), version.points, reward.id)
        .limit(MOST)
    )
    return [
        Line(Offer(*row[:-4]), row[-4], int(row[-3]), int(row[-2]), row[-1])
        for row in session.execute(found)
    ]


def _there(reach: Reach) -> Subquery:
    """Count what lies in the areas in reach, by reward."""
    return (
        select(
            stock.reward_id,
            func.sum(stock.free).label("free"),
            func.sum(stock.held).label("held"),
        )
        .join(Station, Station.id == stock.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(reach.inside(Right.SEE_REWARDS))
        .group_by(stock.reward_id)
        .subquery()
    )


def _gone(reach: Reach) -> Subquery:
    """Count what was collected in the areas in reach, by reward."""
    return (
        select(voucher.reward_id, func.count().label("pieces"))
        .join(Station, Station.id == voucher.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(voucher.state == VoucherState.COLLECTED, reach.inside(Right.SEE_REWARDS))
        .group_by(voucher.reward_id)
        .subquery()
    )


def vouchers(
    session: Session, reach: Reach, state: VoucherState | None, *, before: int = 0
) -> Vouchers:
    """Return the vouchers for stations in reach, the newest first. One statement."""
    reach.require_any(Right.SEE_REWARDS)
    found = (
        select(
            *(voucher.id, version.name, voucher.points, Station.number),
            *(Station.name.label("station"), voucher.state, voucher.held_at),
            *(voucher.expires_at, voucher.ended_at),
        )
        .select_from(Voucher.__table__)
        .join(
            RewardVersion.__table__,
            and_(version.reward_id == voucher.reward_id, version.version == voucher.version),
        )
        .join(Station, Station.id == voucher.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(reach.inside(Right.SEE_REWARDS))
        .order_by(voucher.id.desc())
        .limit(PAGE + 1)
    )
    if state is not None:
        found = found.where(voucher.state == state)
    if before:
        found = found.where(voucher.id < before)
    rows = [VoucherLine(*row) for row in session.execute(found)]
    return Vouchers(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
