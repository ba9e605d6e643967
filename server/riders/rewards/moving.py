"""Collecting elsewhere: what waits at a station that is closed may wait at another one."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.people import identities
from server.riders.rewards import reminding, stock, vouchers
from server.riders.rewards.models import MoveKind, Voucher, VoucherState
from server.riders.rewards.refusals import (
    CollectedAlready,
    OutOfStock,
    StationAside,
    VoucherCancelled,
    VoucherExpired,
)
from server.riders.rewards.stock import Shelf
from server.riders.rewards.vouchers import Held
from server.riders.stations import views

voucher = Voucher.__table__.c


def move(session: Session, person_id: int, voucher_id: int, station_id: int, now: datetime) -> Held:
    """Let one's voucher wait at another station that has the same; code and time stay.

    Twice is the same as once. Refused are what has ended, and a station that is closed for a while
    or has none left.
    """
    identities.lock(session, person_id)
    held = vouchers.of(session, person_id, voucher_id)
    if held.station_id == station_id:
        return held
    view = views.by_id(session, station_id, now)
    if view.standing.closure is not None:
        raise StationAside(number=view.number)
    moved = session.execute(
        update(Voucher.__table__)
        .where(
            voucher.id == voucher_id,
            voucher.state == VoucherState.RESERVED,
            voucher.station_id == held.station_id,
            voucher.expires_at > now,
            # without a shelf there the reference to it would be to nothing
            stock.exists_at(held.reward_id, station_id),
        )
        .values(station_id=station_id)
        .returning(voucher.id)
    ).first()
    if moved is None:
        raise _why_not(vouchers.of(session, person_id, voucher_id), now)
    there = Shelf(held.reward_id, station_id)
    steps = [(Shelf(held.reward_id, held.station_id), MoveKind.RETURNED), (there, MoveKind.HELD)]
    # stock is held in one order by all who hold several
    for shelf, kind in sorted(steps):
        if stock.move(session, shelf, kind, now, voucher_id=voucher_id) is None:
            raise OutOfStock(name=held.name)
    held = vouchers.of(session, person_id, voucher_id)
    reminding.follow(session, held, now)
    return held


def _why_not(held: Held, now: datetime) -> Exception:
    if held.state is VoucherState.COLLECTED:
        where = {"number": held.station_number, "name": held.station_name}
        return CollectedAlready(**where, at=held.ended_at)
    if held.state is VoucherState.CANCELLED:
        return VoucherCancelled()
    if held.state is VoucherState.EXPIRED or held.expires_at <= now:
        return VoucherExpired()
    return OutOfStock(name=held.name)
