"""The ledger and its shelves with one guard taken off: what the rig of the ledger must notice.

Each is handed the database of a process that is to work with it.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, event, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bench.rigs.unguarded import LATE_SECONDS, SLOW_SECONDS, _replace
from server.db import Busy, Database
from server.riders.models import PointsAccount, PointsLot
from server.riders.points import accounts, lots
from server.riders.points.accounts import Booked
from server.riders.rewards import collecting, stock
from server.riders.rewards.models import MoveKind, RewardStock, Voucher, VoucherState
from server.riders.rewards.stock import Shelf
from server.riders.rewards.vouchers import Held

account = PointsAccount.__table__.c
lot = PointsLot.__table__.c
shelf = RewardStock.__table__.c
voucher = Voucher.__table__.c
CHECKED = ("points_account", "points_lot", "reward_stock", "reward_move")


def balance_apart(database: Database) -> None:
    """Change the kept balance a little later than the lines, in a transaction of its own."""
    real = accounts.move

    def move(session: Session, account_id: int, change: int, now: datetime) -> Booked | None:
        booked = real(session, account_id, change, now)
        if booked is not None:
            row = update(PointsAccount.__table__).where(account.id == account_id)
            session.execute(row.values(balance=account.balance - change))
            later = row.values(balance=account.balance + change)
            _later(database, lambda own: own.execute(later))
        return booked

    _uncheck(database)
    _replace(accounts, "move", move)


def check_then_insert(database: Database) -> None:
    """Look at balances and lots before the transaction begins, and write past them in it."""
    of = lots.of

    def move(session: Session, account_id: int, change: int, now: datetime) -> Booked:
        row = (
            update(PointsAccount.__table__)
            .where(account.id == account_id)
            .values(balance=account.balance + change, lines=account.lines + 1, booked_at=now)
            .returning(account.lines, account.balance, account.booked_at)
        )
        return Booked(*session.execute(row).one())

    def take(session: Session, account_id: int, taken: Mapping[date, int]) -> None:
        for day, points in taken.items():
            row = update(PointsLot.__table__).where(lot.account_id == account_id)
            row = row.where(lot.last_day == day)
            session.execute(row.values(remains=lot.remains - points))

    look_before(database)
    _replace(accounts, "move", move)
    _replace(lots, "of", lambda session, *given: of(session.info["before"], *given))
    _replace(lots, "take", take)


def source_not_unique(database: Database) -> None:
    """Let a deed have any number of transactions."""
    drop_index(database, "uq_points_transaction_source")


def origin_not_unique(database: Database) -> None:
    """Let a transaction be undone any number of times."""
    drop_index(database, "uq_points_transaction_origin")


def stock_apart(database: Database) -> None:
    """Take what is held from its shelf a little later, in a transaction of its own."""
    real = stock.move

    def move(
        session: Session, where: Shelf, kind: MoveKind, now: datetime, *given: Any, **told: Any
    ) -> object:
        if kind is not MoveKind.HELD:
            return real(session, where, kind, now, *given, **told)
        _later(database, lambda own: real(own, where, kind, now, *given, **told))
        return where

    _replace(stock, "move", move)


def stock_looked_at(database: Database) -> None:
    """Look at a shelf before the transaction begins, and take from it whatever lies there then."""
    lying = stock.lying
    look_before(database)
    _replace(stock, "lying", lambda session, where: lying(session.info["before"], where))
    _take_anyway()


def voucher_looked_at(database: Database) -> None:
    """Look at a voucher before the transaction begins, and hand over whatever it has become."""
    find = collecting._find

    def looked(session: Session, *given: Any) -> Held | None:
        return find(session.info["before"], *given) or find(session, *given)

    look_before(database)
    _replace(collecting, "_find", looked)
    row = update(Voucher.__table__).where(voucher.id == bindparam("this"))
    anyway = row.values(
        state=VoucherState.COLLECTED, ended_at=bindparam("now"), ended_by=bindparam("me")
    ).returning(voucher.id)
    _replace(collecting, "_COLLECT", anyway)
    _take_anyway()


def look_before(database: Database) -> None:
    """Keep, with each transaction, a snapshot from a little before it; nothing is checked."""
    real = database.transaction

    @contextmanager
    def transaction() -> Iterator[Session]:
        with database.reading() as before:
            # the snapshot is that of the first look
            before.execute(select(account.id).limit(1)).all()
            time.sleep(SLOW_SECONDS * random.random())
            with real() as session:
                session.info["before"] = before
                yield session

    _uncheck(database)
    database.transaction = transaction  # type: ignore[method-assign]


def _take_anyway() -> None:
    """Move stock whether or not there is so much."""
    row = update(RewardStock.__table__).where(
        shelf.reward_id == bindparam("reward"), shelf.station_id == bindparam("station")
    )
    free, held = shelf.free + bindparam("more_free"), shelf.held + bindparam("more_held")
    anyway = row.values(free=free, held=held, moves=shelf.moves + 1)
    _replace(stock, "_MOVE", anyway.returning(shelf.moves, shelf.free, shelf.held))


def _later(database: Database, deed: Callable[[Session], object]) -> None:
    def write() -> None:
        time.sleep(LATE_SECONDS * random.random())
        # what it is about may be undone, or the whole run over
        with suppress(DBAPIError, Busy), database.transaction() as session:
            deed(session)

    threading.Thread(target=write, daemon=True).start()


def drop_index(database: Database, name: str) -> None:
    """Let there be any number of what the index held to one."""
    with database.transaction() as session:
        session.execute(text(f"DROP INDEX IF EXISTS {name}"))


def _uncheck(database: Database) -> None:
    """Let balances, lots and shelves be below nought."""
    if database.is_sqlite:

        @event.listens_for(database.engine, "connect")
        def _let_be(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA ignore_check_constraints = ON")

        return
    with database.transaction() as session:
        for table in CHECKED:
            name = f"ck_{table}_never_below_nought"
            session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}"))


GUARDS = (
    balance_apart,
    check_then_insert,
    source_not_unique,
    origin_not_unique,
    stock_apart,
    stock_looked_at,
    voucher_looked_at,
)
ALL = {each.__name__: each for each in GUARDS}
