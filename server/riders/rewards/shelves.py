"""Stock as staff look at it: where a reward lies, and what moved it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.riders.rewards.models import MoveKind, RewardMove, RewardStock
from server.riders.rewards.stock import Shelf
from server.riders.stations.models import Station, StationState
from server.staff.reach import Reach
from server.staff.rights import Right

stock = RewardStock.__table__.c
move = RewardMove.__table__.c

PAGE = 30


class ShelfLine(NamedTuple):
    """A reward at a station."""

    station_id: int
    number: int
    name: str
    state: StationState
    free: int
    held: int


class MoveLine(NamedTuple):
    """A movement of stock; the columns are explained with `models.RewardMove`."""

    number: int
    kind: MoveKind
    free: int
    held: int
    free_after: int
    held_after: int
    voucher_id: int | None
    reason: str | None
    at: datetime


class Shelves(NamedTuple):
    """A page of stations; `after` is the number past which the next one begins."""

    items: Sequence[ShelfLine]
    after: int | None


def browse(session: Session, reach: Reach, reward_id: int, *, after: int = 0) -> Shelves:
    """Return where a reward lies, or once lay, in the areas in reach, by number."""
    reach.require_any(Right.SEE_REWARDS)
    found = (
        select(*_STATION, stock.free, stock.held)
        .select_from(Station)
        .join(RewardStock.__table__, stock.station_id == Station.id)
        .join(Area, Area.id == Station.area_id)
        .where(
            stock.reward_id == reward_id,
            reach.inside(Right.SEE_REWARDS),
            Station.number > after,
        )
        .order_by(Station.number)
        .limit(PAGE + 1)
    )
    rows = [ShelfLine(*row) for row in session.execute(found)]
    return Shelves(rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None)


def of(session: Session, reach: Reach, where: Shelf) -> tuple[ShelfLine, bool]:
    """Return what of a reward lies at a station in reach, and whether one may keep its stock."""
    row = session.execute(
        select(*_STATION, func.coalesce(stock.free, 0), func.coalesce(stock.held, 0), Area.path)
        .select_from(Station)
        .join(Area, Area.id == Station.area_id)
        .outerjoin(
            RewardStock.__table__,
            and_(stock.station_id == Station.id, stock.reward_id == where.reward_id),
        )
        .where(Station.id == where.station_id)
    ).one_or_none()
    reach.require(Right.SEE_REWARDS, row.path if row else None)
    assert row is not None
    keeps = row.state is not StationState.RETIRED and reach.covers(Right.KEEP_STOCK, row.path)
    return ShelfLine(*row[:-1]), keeps


def moves(session: Session, where: Shelf, *, before: int = 0) -> list[MoveLine]:
    """Return what moved a shelf, the newest first, those before a number."""
    found = select(*(move[name] for name in MoveLine._fields)).where(
        move.reward_id == where.reward_id, move.station_id == where.station_id
    )
    if before:
        found = found.where(move.number < before)
    rows = session.execute(found.order_by(move.number.desc()).limit(PAGE))
    return [MoveLine(*row) for row in rows]


_STATION = Station.id, Station.number, Station.name, Station.state
