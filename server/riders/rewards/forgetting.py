"""What rewards forget of a person: what waits is given back, and the codes go."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.riders.rewards import ending
from server.riders.rewards.models import RewardCount, Voucher, VoucherCode


def forget(session: Session, person_id: int, now: datetime) -> None:
    """Give back what waits, so that its points end with the others; a number stays with the rest.

    Called before the points go (see `riders.forgetting`).
    """
    ending.cancel_all(session, person_id, now)
    theirs = select(Voucher.id).where(Voucher.person_id == person_id).scalar_subquery()
    session.execute(delete(VoucherCode).where(VoucherCode.voucher_id.in_(theirs)))
    session.execute(delete(RewardCount).where(RewardCount.person_id == person_id))
