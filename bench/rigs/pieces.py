"""Whether stock and vouchers add up: in one snapshot, while a rig runs and after."""

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from server.riders.models import PointsTransaction, TransactionKind
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

BROUGHT = (MoveKind.RECEIVED, MoveKind.CORRECTED)


class Kept(NamedTuple):
    """A voucher: whose it is, what became of it, and the source of its payment."""

    person_id: int
    state: VoucherState
    source: str | None


def sample(session: Session) -> Counter[str]:
    """Return how many shelves do not add up, or are below nought: brought = left + out (R1)."""
    moved = _by_shelf(
        move,
        func.sum(move.free).label("free"),
        func.sum(move.held).label("held"),
        func.sum(move.free).filter(move.kind.in_(BROUGHT)).label("brought"),
    )
    out = _by_shelf(
        voucher,
        func.count().filter(voucher.state == VoucherState.RESERVED).label("waiting"),
        func.count().filter(voucher.state == VoucherState.COLLECTED).label("collected"),
    )
    rows = session.execute(
        select(stock.free, stock.held, moved.c.free, moved.c.held, moved.c.brought)
        .add_columns(func.coalesce(out.c.waiting, 0), func.coalesce(out.c.collected, 0))
        .join(moved, and_(*_same(moved)))
        .outerjoin(out, and_(*_same(out)))
    )
    found = Counter({"stock": 0, "oversold": 0})
    for free, held, moved_free, moved_held, brought, waiting, collected in rows:
        true = (free, held, held) == (moved_free, moved_held, waiting)
        found["stock"] += not true or brought != free + waiting + collected
        found["oversold"] += free < 0 or held < 0
    return found


def unpaired(session: Session) -> dict[str, int]:
    """Return payments without a voucher, vouchers paid back wrongly, and those used twice (R2)."""
    given_back = voucher.state.in_((VoucherState.CANCELLED, VoucherState.EXPIRED))
    refunded = exists().where(
        transaction.kind == TransactionKind.REFUND,
        transaction.origin_id == voucher.transaction_id,
    )
    has_voucher = exists().where(voucher.transaction_id == transaction.id)
    twice = (
        select(move.voucher_id)
        .where(move.kind == MoveKind.COLLECTED)
        .group_by(move.voucher_id)
        .having(func.count() > 1)
    )
    counted: dict[str, Select[Any]] = {
        "payments without a voucher": select(func.count()).where(
            transaction.kind == TransactionKind.SPEND, ~has_voucher
        ),
        "paid back wrongly": select(func.count()).where(
            or_(and_(given_back, ~refunded), and_(~given_back, refunded))
        ),
        "used twice": select(func.count()).select_from(twice.subquery()),
    }
    return {name: session.scalar(count) or 0 for name, count in counted.items()}


def kept(session: Session) -> dict[str, int]:
    """Return how many vouchers there are, and how many came to which end."""
    rows = session.execute(select(voucher.state, func.count()).group_by(voucher.state))
    ends = {str(state): count for state, count in rows}
    return {"vouchers": sum(ends.values()), **dict(sorted(ends.items()))}


def _by_shelf(table: Any, *columns: Any) -> Any:
    shelf = table.reward_id, table.station_id
    return select(*shelf, *columns).group_by(*shelf).subquery()


def _same(other: Any) -> tuple[Any, Any]:
    return other.c.reward_id == stock.reward_id, other.c.station_id == stock.station_id


def vouchers(session: Session) -> dict[int, Kept]:
    """Return every voucher by its number."""
    found = select(voucher.id, voucher.person_id, voucher.state, transaction.source).join(
        PointsTransaction.__table__, transaction.id == voucher.transaction_id
    )
    return {row[0]: Kept(*row[1:]) for row in session.execute(found)}
