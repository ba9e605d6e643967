"""Proving that nothing got lost: stock, vouchers and payments tell the same (R1, R2)."""

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.riders.models import PointsEntry, PointsTransaction, TransactionKind
from server.riders.rewards.models import (
    MoveKind,
    RewardMove,
    RewardStock,
    Voucher,
    VoucherState,
)

stock = RewardStock.__table__.c
move = RewardMove.__table__.c
voucher = Voucher.__table__.c
transaction = PointsTransaction.__table__.c
entry = PointsEntry.__table__.c

MOST = 10
"""Flaws of a kind that are told."""


def flaws(session: Session) -> list[str]:
    """Return what is not as it must be, in words for an operator; nothing where all is well.

    What was brought to a station is what lies there and what was collected; a voucher is paid
    once, and paid back once unless it waits or was collected.
    """
    return [*_shelves(session), *_pieces(session), *_payments(session)]


def _shelves(session: Session) -> Iterator[str]:
    """Tell where stock is not the sum of its movements."""
    sums = (
        select(
            move.reward_id,
            move.station_id,
            func.sum(move.free).label("free"),
            func.sum(move.held).label("held"),
            func.count().label("moves"),
        )
        .group_by(move.reward_id, move.station_id)
        .subquery()
    )
    same = and_(sums.c.reward_id == stock.reward_id, sums.c.station_id == stock.station_id)
    differs = or_(
        stock.free != func.coalesce(sums.c.free, 0),
        stock.held != func.coalesce(sums.c.held, 0),
        stock.moves != func.coalesce(sums.c.moves, 0),
    )
    found = select(stock.reward_id, stock.station_id).outerjoin(sums, same).where(differs)
    for row in session.execute(found.limit(MOST)):
        yield f"reward {row.reward_id} at station {row.station_id} is not the sum of its movements"


def _pieces(session: Session) -> Iterator[str]:
    """Tell where as many vouchers wait as are not held, and which movements no voucher explains."""
    waiting = (
        select(voucher.reward_id, voucher.station_id, func.count().label("pieces"))
        .where(voucher.state == VoucherState.RESERVED)
        .group_by(voucher.reward_id, voucher.station_id)
        .subquery()
    )
    same = and_(waiting.c.reward_id == stock.reward_id, waiting.c.station_id == stock.station_id)
    found = select(stock.reward_id, stock.station_id).outerjoin(waiting, same)
    found = found.where(stock.held != func.coalesce(waiting.c.pieces, 0))
    for row in session.execute(found.limit(MOST)):
        yield f"reward {row.reward_id} at station {row.station_id} holds other than what waits"
    out = exists().where(move.voucher_id == voucher.id, move.kind == MoveKind.COLLECTED)
    wrong = out != (voucher.state == VoucherState.COLLECTED)
    for voucher_id in session.scalars(select(voucher.id).where(wrong).limit(MOST)):
        yield f"voucher {voucher_id} and the shelf disagree on whether it was collected"
    twice = (
        select(move.voucher_id)
        .where(move.kind == MoveKind.COLLECTED)
        .group_by(move.voucher_id)
        .having(func.count() > 1)
    )
    for voucher_id in session.scalars(twice.limit(MOST)):
        yield f"voucher {voucher_id} was collected twice"


def _payments(session: Session) -> Iterator[str]:
    """Tell which vouchers were not paid, or not paid back, as they say."""
    back = aliased(PointsTransaction.__table__)
    paid = exists().where(
        entry.transaction_id == voucher.transaction_id,
        entry.number.is_not(None),
        entry.delta == -voucher.points,
        transaction.id == entry.transaction_id,
        transaction.kind == TransactionKind.SPEND,
    )
    for voucher_id in session.scalars(select(voucher.id).where(~paid).limit(MOST)):
        yield f"voucher {voucher_id} was not paid with its price"
    is_back = exists().where(
        back.c.kind == TransactionKind.REFUND, back.c.origin_id == voucher.transaction_id
    )
    kept = voucher.state.in_((VoucherState.RESERVED, VoucherState.COLLECTED))
    for voucher_id in session.scalars(select(voucher.id).where(is_back == kept).limit(MOST)):
        yield f"voucher {voucher_id} and the ledger disagree on whether it was paid back"
    alone = exists().where(voucher.transaction_id == transaction.id)
    lost = (
        select(transaction.id)
        .where(
            transaction.kind == TransactionKind.SPEND,
            transaction.source.startswith("redemption:"),
            ~alone,
        )
        .limit(MOST)
    )
    for transaction_id in session.scalars(lost):
        yield f"transaction {transaction_id} paid for no voucher"
