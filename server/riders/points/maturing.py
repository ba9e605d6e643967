"""Letting points arrive on the day after they were given, unless they were taken back."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.riders.models import AccountKind, PointsAccount, PointsWaiting, TransactionKind
from server.riders.points import accounts, ledger, lots
from server.riders.points.ledger import Line, local_day

account = PointsAccount.__table__.c
waiting = PointsWaiting.__table__.c

MOST = 500
"""Awards of one run; the next run takes the rest."""


def mature(session: Session, now: datetime, most: int = MOST) -> int:
    """Move what is due to its persons' accounts and return how many awards arrived."""
    due = (
        select(waiting.transaction_id, account.person_id, account.id)
        .join(PointsAccount.__table__, account.person_id == waiting.person_id)
        .where(waiting.matures_on <= local_day(now), account.kind == AccountKind.PERSON)
        .order_by(waiting.matures_on, waiting.transaction_id)
        .limit(most)
    )
    rows = session.execute(due).all()
    # accounts are held in one order by all who hold several
    rows = sorted(rows, key=lambda row: (row.id, row.transaction_id))
    return sum(_arrive(session, row.transaction_id, row.person_id, now) for row in rows)


def _arrive(session: Session, transaction_id: int, person_id: int, now: datetime) -> bool:
    """Let one award arrive; False when it was taken back, or has arrived, meanwhile."""
    holder = accounts.hold(session, person_id, now)
    row = session.execute(
        delete(PointsWaiting.__table__)
        .where(waiting.transaction_id == transaction_id)
        .returning(waiting.points, waiting.last_day)
    ).one_or_none()
    if row is None:
        return False
    begun = ledger.begin(session, TransactionKind.MATURE, now, origin_id=transaction_id)
    assert begun is not None
    pending = accounts.find(session, person_id, AccountKind.PENDING)
    gone = accounts.move(session, pending, -row.points, now)
    come = accounts.move(session, holder.id, row.points, now)
    assert gone is not None
    assert come is not None
    lots.add(session, holder.id, row.last_day, row.points)
    lines = (
        Line(pending, -row.points, *gone),
        Line(holder.id, row.points, *come, last_day=row.last_day),
    )
    ledger.post(session, begun, lines)
    return True
