"""Questions to a second person that end without an answer: taken back, or too old."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.staff.models import Approval, ApprovalState


def withdraw(session: Session, key: str, now: datetime) -> bool:
    """End an open question whose asker wants it no more; False when there is none."""
    taken = session.execute(
        update(Approval)
        .where(Approval.key == key, Approval.state == ApprovalState.ASKED)
        .values(state=ApprovalState.WITHDRAWN, decided_at=now)
        .returning(Approval.id)
    )
    return taken.first() is not None


def lapse(session: Session, now: datetime) -> int:
    """End the questions that nobody answered in time and return how many."""
    over = Approval.state == ApprovalState.ASKED, Approval.expires_at <= now
    ended = session.execute(
        update(Approval).where(*over).values(state=ApprovalState.LAPSED).returning(Approval.id)
    )
    return len(ended.all())
