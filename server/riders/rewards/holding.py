"""Holding a reward: stock, limit, payment and voucher in one stroke, or nothing of it (R1, R2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from server.db import insert_into
from server.people import identities
from server.people.models import Channel
from server.riders.models import PointsTransaction, TransactionKind
from server.riders.points import spending
from server.riders.rewards import (
    allowance,
    codes,
    eligibility,
    offers,
    reminding,
    stock,
    vouchers,
)
from server.riders.rewards.means import Means
from server.riders.rewards.models import MoveKind, Voucher, VoucherCode, VoucherState
from server.riders.rewards.refusals import (
    OtherRedemption,
    OutOfStock,
    StationAside,
)
from server.riders.rewards.stock import Shelf
from server.riders.rewards.vouchers import Held
from server.riders.stations import views

voucher = Voucher.__table__.c
code = VoucherCode.__table__.c
transaction = PointsTransaction.__table__.c

TRIES = 20
LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class Wish:
    """One piece of a reward from a station; by `key` a repeat is known, 40 signs at most.

    `channel` tells by which door it was asked for, `by` which staff do it for somebody.
    """

    reward_id: int
    station_id: int
    key: str
    channel: Channel = Channel.CHAT
    by: int | None = None

    def source(self, person_id: int) -> str:
        """Return by what the payment is known."""
        return f"redemption:{person_id}:{self.key[:LONGEST_KEY]}"


def hold(session: Session, person_id: int, wish: Wish, now: datetime, means: Means) -> Held:
    """Pay for one piece of a reward and keep it at a station for its owner, under a code.

    The same wish again is the same voucher. Refused, with nothing taken, are whoever is no verified
    rider, has too few points or has had as many as one may, a reward that is not given out now,
    and a station that has none left or is closed for a while.
    """
    identities.lock(session, person_id)
    before = _same(session, person_id, wish)
    if before is not None:
        return before
    eligibility.require_rider(session, person_id)
    offer = offers.find(session, wish.reward_id, now)
    shelf = Shelf(wish.reward_id, wish.station_id)
    _look(session, shelf, offer.name, now)
    # in this order everywhere: vouchers, counts, accounts, stock; the most wanted row last
    allowance.take(session, person_id, offer, now)
    paid = spending.spend(session, person_id, offer.points, wish.source(person_id), now)
    row = {
        **{"person_id": person_id, "version": offer.version, "points": offer.points},
        **{"transaction_id": paid, "held_at": now, "held_by": wish.by, "channel": wish.channel},
    }
    voucher_id = _write(session, shelf._asdict() | row, means)
    if stock.move(session, shelf, MoveKind.HELD, now, voucher_id=voucher_id) is None:
        raise OutOfStock(name=offer.name)
    held = vouchers.of(session, person_id, voucher_id)
    reminding.arrange(session, held, now, means.chosen)
    return held


def _same(session: Session, person_id: int, wish: Wish) -> Held | None:
    """Return what was held for the same wish, or refuse another one under its key."""
    row = session.execute(
        vouchers.selected()
        .join(PointsTransaction.__table__, transaction.id == voucher.transaction_id)
        .where(
            transaction.kind == TransactionKind.SPEND,
            transaction.code == "",
            transaction.source == wish.source(person_id),
        )
    ).one_or_none()
    if row is None:
        return None
    held = Held(*row)
    if held.reward_id != wish.reward_id:
        raise OtherRedemption
    return held


def _look(session: Session, shelf: Shelf, name: str, now: datetime) -> None:
    """Refuse early, and without waiting for anybody, what could not be held anyway."""
    view = views.by_id(session, shelf.station_id, now)
    if view.standing.closure is not None:
        raise StationAside(number=view.number)
    if not stock.lying(session, shelf).free:
        raise OutOfStock(name=name)


def _write(session: Session, row: dict[str, Any], means: Means) -> int:
    """Write the voucher down with its code, and return its id."""
    expires_at = row["held_at"] + timedelta(days=means.chosen.voucher_days)
    waits = {"state": VoucherState.RESERVED, "expires_at": expires_at, "extended": False}
    fresh = insert(Voucher.__table__).returning(voucher.id)
    voucher_id = int(session.execute(fresh, row | waits).scalar_one())
    _seal(session, voucher_id, expires_at, means)
    return voucher_id


def _seal(session: Session, voucher_id: int, expires_at: datetime, means: Means) -> None:
    """Draw a code that no other voucher bears, and keep its mark and what its owner may read."""
    for _ in range(TRIES):
        drawn = codes.draw()
        row = {
            "voucher_id": voucher_id,
            "mark": means.vault.mark(drawn, codes.PURPOSE),
            "sealed": means.vault.seal(drawn, vouchers.about(voucher_id)),
            "expires_at": expires_at,
        }
        kept = insert_into(session, VoucherCode).values(row)
        kept = kept.on_conflict_do_nothing(index_elements=["mark"])
        if session.execute(kept.returning(code.voucher_id)).first() is not None:
            return
    raise RuntimeError("no free voucher code found")
