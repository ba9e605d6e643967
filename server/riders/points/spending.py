"""Paying with points and getting them back: what rewards stand on."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import trail
from server.riders.models import REDEMPTION, PointsEntry, PointsTransaction, TransactionKind
from server.riders.points import accounts, ledger, lots
from server.riders.points.ledger import Line, local_day
from server.riders.points.refusals import BadPoints, NoSuchEntry, OtherAward, TooFewPoints

transaction = PointsTransaction.__table__.c
entry = PointsEntry.__table__.c

GRACE = timedelta(days=30)
"""Points that come back are good for so long at least, though they would have run out meanwhile."""


def spend(session: Session, person_id: int, points: int, source: str, now: datetime) -> int:
    """Take points for something, what runs out first in front; return the transaction's id.

    Asked again for the same `source` (such as `redemption:7`), it is the same payment. Refused is
    whoever has fewer points that are still good today.
    """
    if points < 1:
        raise BadPoints(least=1, most=points)
    told = {"source": source, "inputs": ledger.mark([person_id, points, source])}
    begun = ledger.begin(session, TransactionKind.SPEND, now, **told)
    if begun is None:
        return _paid(session, source, told["inputs"])
    account_id = accounts.find(session, person_id)
    booked = accounts.move(session, account_id, -points, now)
    there = lots.of(session, account_id, local_day(now))
    taken = lots.share(there, points) if booked else None
    if booked is None or taken is None:
        good = sum(there.values())
        raise TooFewPoints(balance=good, needed=points, missing=points - good)
    lots.take(session, account_id, taken)
    paid = Line(account_id, -points, *booked, lots=lots.told(taken))
    ledger.post(session, begun, (paid, Line(REDEMPTION, points)))
    return begun.id


def refund(session: Session, transaction_id: int, reason: str, now: datetime) -> int:
    """Give back what was paid, as good as it was; return the transaction's id. Once is enough.

    It comes to whoever paid, or whom they have proved to be.
    """
    paid = session.execute(
        select(entry.account_id, entry.delta, entry.lots)
        .join(PointsTransaction.__table__, transaction.id == entry.transaction_id)
        .where(
            transaction.id == transaction_id,
            transaction.kind == TransactionKind.SPEND,
            entry.delta < 0,
        )
    ).one_or_none()
    if paid is None:
        raise NoSuchEntry
    told = {"origin_id": transaction_id, "reason": trail.NUMBERS.sub("***", reason.strip())[:400]}
    begun = ledger.begin(session, TransactionKind.REFUND, now, **told)
    if begun is None:
        return _refunded(session, transaction_id)
    account_id = accounts.heir(session, paid.account_id)
    booked = accounts.move(session, account_id, -paid.delta, now)
    assert booked is not None
    back = _good(lots.read(paid.lots), local_day(now))
    for day, points in back.items():
        lots.add(session, account_id, day, points)
    line = Line(account_id, -paid.delta, *booked, last_day=min(back), lots=lots.told(back))
    ledger.post(session, begun, (line, Line(REDEMPTION, paid.delta)))
    return begun.id


def _good(taken: dict[date, int], today: date) -> dict[date, int]:
    """Return each part with a day that lies ahead long enough."""
    back: dict[date, int] = {}
    for day, points in taken.items():
        until = max(day, today + GRACE)
        back[until] = back.get(until, 0) + points
    return back


def _paid(session: Session, source: str, inputs: str) -> int:
    row = session.execute(
        select(transaction.id, transaction.inputs).where(
            transaction.kind == TransactionKind.SPEND,
            transaction.code == "",
            transaction.source == source,
        )
    ).one()
    if row.inputs != inputs:
        raise OtherAward
    return int(row.id)


def _refunded(session: Session, transaction_id: int) -> int:
    found = select(transaction.id).where(
        transaction.kind == TransactionKind.REFUND, transaction.origin_id == transaction_id
    )
    return int(session.execute(found).scalar_one())
