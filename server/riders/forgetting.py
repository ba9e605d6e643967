"""Forgetting a rider: the registration goes; their points end, and a number stays in the ledger."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.people import erasing
from server.riders.models import (
    EXPIRY,
    AccountKind,
    PointsAccount,
    PointsClaim,
    PointsLot,
    PointsOddity,
    PointsWaiting,
    Rider,
    TransactionKind,
)
from server.riders.points import accounts, evidence, ledger, lots
from server.riders.points.awarding import KIND
from server.riders.points.ledger import Line
from server.riders.rewards import forgetting as rewards
from server.staff.models import Approval

account = PointsAccount.__table__.c
lot = PointsLot.__table__.c


def forget(session: Session, person_id: int, now: datetime) -> None:
    """Delete what somebody told as a rider, and let what they had run out at once."""
    rewards.forget(session, person_id, now)
    session.execute(delete(Rider).where(Rider.person_id == person_id))
    session.execute(delete(PointsClaim).where(PointsClaim.person_id == person_id))
    asked = Approval.kind == KIND, Approval.facts["person"].as_integer() == person_id
    session.execute(update(Approval).where(*asked).values(reason="", note=None))
    session.execute(delete(PointsWaiting).where(PointsWaiting.person_id == person_id))
    evidence.forget(session, person_id)
    session.execute(delete(PointsOddity).where(PointsOddity.person_id == person_id))
    session.execute(
        update(PointsOddity).where(PointsOddity.verifier_id == person_id).values(verifier_id=None)
    )
    found = select(account.id, account.kind).where(account.person_id == person_id)
    for row in session.execute(found.order_by(account.id)).all():
        accounts.lock(session, row.id)
        _forfeit(session, row.id, row.kind, now)


def _forfeit(session: Session, account_id: int, kind: AccountKind, now: datetime) -> None:
    points = session.execute(select(account.balance).where(account.id == account_id)).scalar_one()
    if not points:
        return
    rows = session.execute(
        select(lot.last_day, lot.remains).where(lot.account_id == account_id, lot.remains > 0)
    )
    there = {row.last_day: row.remains for row in rows.all()}
    begun = ledger.begin(session, TransactionKind.FORFEIT, now)
    booked = accounts.move(session, account_id, -points, now)
    assert begun is not None
    assert booked is not None
    lots.take(session, account_id, there)
    parts = lots.told(there) if kind is AccountKind.PERSON else None
    gone = Line(account_id, -points, *booked, lots=parts)
    ledger.post(session, begun, (gone, Line(EXPIRY, points)))


erasing.FOLLOWERS.append(forget)
