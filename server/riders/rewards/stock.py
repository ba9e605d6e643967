"""Stock of a reward at a station: one conditional write moves it, and a line tells why."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.riders.rewards.models import MoveKind, RewardMove, RewardStock

stock = RewardStock.__table__.c

_MOVE = (
    update(RewardStock.__table__)
    .where(
        stock.reward_id == bindparam("reward"),
        stock.station_id == bindparam("station"),
        stock.free >= -bindparam("more_free"),
        stock.held >= -bindparam("more_held"),
    )
    .values(
        free=stock.free + bindparam("more_free"),
        held=stock.held + bindparam("more_held"),
        moves=stock.moves + 1,
    )
    .returning(stock.moves, stock.free, stock.held)
)
_NOTE = insert(RewardMove.__table__)
EFFECT = {
    MoveKind.RECEIVED: (1, 0),
    MoveKind.CORRECTED: (1, 0),
    MoveKind.HELD: (-1, 1),
    MoveKind.RETURNED: (1, -1),
    MoveKind.COLLECTED: (0, -1),
}
"""By how much one piece changes what is free and what is held."""


class Shelf(NamedTuple):
    """A reward at a station."""

    reward_id: int
    station_id: int


class Lying(NamedTuple):
    """How much is free and held there; both lie on the shelf."""

    free: int
    held: int


def move(
    session: Session, shelf: Shelf, kind: MoveKind, now: datetime, pieces: int = 1, **told: Any
) -> Lying | None:
    """Move some pieces and write it down; None when there are not so many.

    `told` are columns of the line: the voucher, who did it, and why.
    """
    free, held = (one * pieces for one in EFFECT[kind])
    asked = {"reward": shelf.reward_id, "station": shelf.station_id}
    row = session.execute(_MOVE, asked | {"more_free": free, "more_held": held}).one_or_none()
    if row is None:
        return None
    line = {
        **shelf._asdict(),
        **{"number": row.moves, "kind": kind, "free": free, "held": held, "at": now},
        **{"free_after": row.free, "held_after": row.held},
        **dict.fromkeys(("voucher_id", "actor", "approved_by", "reason")),
    }
    session.execute(_NOTE, line | told)
    return Lying(row.free, row.held)


def open_for(session: Session, shelf: Shelf) -> None:
    """Let a reward have a place at a station, with nothing on it yet; twice is once."""
    empty = {**shelf._asdict(), "free": 0, "held": 0, "moves": 0}
    session.execute(insert_into(session, RewardStock).values(empty).on_conflict_do_nothing())


def exists_at(reward_id: int, station_id: int) -> ColumnElement[bool]:
    """Return the condition that a reward has a place at a station."""
    return exists().where(stock.reward_id == reward_id, stock.station_id == station_id)


def lying(session: Session, shelf: Shelf) -> Lying:
    """Return how much lies there by now."""
    row = session.execute(
        select(stock.free, stock.held).where(
            stock.reward_id == shelf.reward_id, stock.station_id == shelf.station_id
        )
    ).one_or_none()
    return Lying(*row) if row else Lying(0, 0)
