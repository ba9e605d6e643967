"""What notices forget of a person: all that was told them, and what they allowed us to send."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.notices.models import Credit, Notice, NoticeState
from server.people import erasing, leaving
from server.people.models import Account

OPEN = (NoticeState.QUEUED, NoticeState.SENDING)


def forget(session: Session, person_id: int, now: datetime) -> None:
    """Empty what they were told; what is on its way is stopped, since its claim is lost."""
    of_person = Notice.person_id == person_id
    session.execute(
        update(Notice)
        .where(of_person, Notice.state.in_(OPEN))
        .values(state=NoticeState.DROPPED, settled_at=now, outcome="erased")
    )
    # a key may be a mini-program's or a chat message's; the id says nothing of anybody
    session.execute(
        update(Notice)
        .where(of_person)
        .values(facts={}, credit_id=None, message_id=None, read_at=None)
    )
    for account_id in session.scalars(select(Account.id).where(Account.person_id == person_id)):
        forget_account(session, account_id)


def forget_account(session: Session, account_id: int) -> None:
    """Forget what one account allowed us to send."""
    credits = select(Credit.id).where(Credit.account_id == account_id)
    session.execute(update(Notice).where(Notice.credit_id.in_(credits)).values(credit_id=None))
    session.execute(delete(Credit).where(Credit.account_id == account_id))


erasing.FOLLOWERS.append(forget)
leaving.BEFORE_ACCOUNT.append(forget_account)
