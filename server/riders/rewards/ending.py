"""How vouchers end that nobody collects: given back by their owners, or by time; all is paid back.

What is paid back is as good as it was, and for thirty days at least (see `points.spending`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from config.rewards import Rewards
from config.wording import say
from server.notices import outbox
from server.people import identities
from server.riders.models import PointsEntry
from server.riders.points import accounts, spending
from server.riders.rewards import allowance, reminding, stock, vouchers
from server.riders.rewards.models import MoveKind, Voucher, VoucherCode, VoucherState
from server.riders.rewards.refusals import CollectedAlready
from server.riders.rewards.stock import Shelf
from server.riders.rewards.vouchers import Held
from server.riders.stations.models import Station, StationState

voucher = Voucher.__table__.c
station = Station.__table__.c
entry = PointsEntry.__table__.c

MOST = 200
"""Vouchers of one run; the next run takes the rest."""
_END = (
    update(Voucher.__table__)
    .where(voucher.id == bindparam("this"), voucher.state == VoucherState.RESERVED)
    .values(state=bindparam("becomes"), ended_at=bindparam("now"))
    .returning(voucher.id)
)
_due = voucher.state == VoucherState.RESERVED, voucher.expires_at <= bindparam("now")


def cancel(session: Session, person_id: int, voucher_id: int, now: datetime) -> Held:
    """Give one's voucher back and get the points again; twice is the same as once.

    What ended by time is told as it is: its points are back already. Refused is what was handed
    over, which cannot come back this way.
    """
    identities.lock(session, person_id)
    held = vouchers.of(session, person_id, voucher_id)
    asked = {"this": voucher_id, "becomes": VoucherState.CANCELLED, "now": now}
    if held.is_waiting and session.execute(_END, asked).first() is not None:
        _pay_back(session, [held], say("rewards.because_cancelled"), now)
    held = vouchers.of(session, person_id, voucher_id)
    if held.state is VoucherState.COLLECTED:
        raise CollectedAlready(number=held.station_number, name=held.station_name, at=held.ended_at)
    return held


def cancel_all(session: Session, person_id: int, now: datetime) -> int:
    """Give back whatever waits for somebody who is about to be forgotten."""
    waiting = voucher.state == VoucherState.RESERVED, voucher.person_id == person_id
    found = select(voucher.id).where(*waiting).order_by(voucher.id)
    ended = _end(session, session.scalars(found).all(), VoucherState.CANCELLED, now)
    _pay_back(session, ended, say("rewards.because_forgotten"), now)
    return len(ended)


def expire_due(session: Session, now: datetime, chosen: Rewards, most: int = MOST) -> int:
    """End what nobody collected in time, pay it back and tell its owner; return how many.

    What waits at a station that is closed for a while is put off once, by as many days as a
    voucher has.
    """
    due = select(voucher.id).where(*_due).order_by(voucher.expires_at, voucher.id).limit(most)
    ids = session.scalars(due, {"now": now}).all()
    owners = select(voucher.person_id).where(voucher.id.in_(ids))
    # nobody is joined or forgotten meanwhile, and what another run has done is not done again
    identities.lock_all(session, owners)
    again = select(voucher.id).where(voucher.id.in_(ids), *_due).order_by(voucher.id)
    ids = session.scalars(again, {"now": now}).all()
    put_off = _put_off(session, ids, now, chosen)
    ended = _end(session, [one for one in ids if one not in put_off], VoucherState.EXPIRED, now)
    _pay_back(session, ended, say("rewards.because_expired"), now)
    for held in ended:
        _tell(session, held, "rewards.expired", now)
    return len(ended) + len(put_off)


class Standing(NamedTuple):
    """How many vouchers wait, and how many of these are past their day."""

    waiting: int
    overdue: int


def standing(session: Session, now: datetime) -> Standing:
    """Count what waits to be collected. One statement."""
    past = func.count().filter(voucher.expires_at <= now)
    found = select(func.count(), past).where(voucher.state == VoucherState.RESERVED)
    return Standing(*session.execute(found).one())


def _put_off(session: Session, ids: Sequence[int], now: datetime, chosen: Rewards) -> set[int]:
    """Give a voucher more time whose station is closed for a while, once."""
    aside = select(station.id).where(
        station.state == StationState.CLOSED,
        or_(station.closed_until.is_(None), station.closed_until > now),
    )
    until = now + timedelta(days=chosen.voucher_days)
    found = session.scalars(
        update(Voucher.__table__)
        .where(voucher.id.in_(ids), *_due, ~voucher.extended, voucher.station_id.in_(aside))
        .values(expires_at=until, extended=True)
        .returning(voucher.id),
        {"now": now},
    ).all()
    session.execute(
        update(VoucherCode.__table__)
        .where(VoucherCode.__table__.c.voucher_id.in_(found))
        .values(expires_at=until)
    )
    for held in _read(session, found):
        reminding.follow(session, held, now)
        _tell(session, held, "rewards.put_off", now)
    return set(found)


def _end(
    session: Session, ids: Sequence[int], becomes: VoucherState, now: datetime
) -> Sequence[Held]:
    """End what still waits of these; return what did, as it was."""
    ended = [
        each
        for each in sorted(ids)
        if session.execute(_END, {"this": each, "becomes": becomes, "now": now}).first()
    ]
    return _read(session, ended)


def _read(session: Session, ids: Sequence[int]) -> list[Held]:
    found = vouchers.selected().where(voucher.id.in_(ids)).order_by(voucher.id)
    return [Held(*row) for row in session.execute(found)]


def _pay_back(session: Session, ended: Sequence[Held], reason: str, now: datetime) -> None:
    """Undo what holding did, in the one order in which all hold counts, accounts and stock."""
    for held in sorted(ended, key=lambda one: (one.person_id, one.reward_id)):
        allowance.give_back(session, held.person_id, held.reward_id, held.held_at)
    paid = [held.transaction_id for held in ended]
    lines = select(entry.transaction_id, entry.account_id).where(
        entry.transaction_id.in_(paid), entry.number.is_not(None)
    )
    whose = {row.transaction_id: row.account_id for row in session.execute(lines)}
    heirs = {each: accounts.heir(session, each) for each in set(whose.values())}
    for held in sorted(ended, key=lambda one: heirs[whose[one.transaction_id]]):
        spending.refund(session, held.transaction_id, reason, now)
    for held in sorted(ended, key=lambda one: (one.reward_id, one.station_id)):
        shelf = Shelf(held.reward_id, held.station_id)
        if stock.move(session, shelf, MoveKind.RETURNED, now, voucher_id=held.id) is None:
            raise RuntimeError("a voucher waits for what is not held")
        reminding.drop(session, held.id, now)


def _tell(session: Session, held: Held, kind: str, now: datetime) -> None:
    facts = reminding.facts(held) | {"points": held.points}
    key = f"{kind}:{held.id}"
    outbox.queue(session, held.person_id, kind, key, now, facts)
