"""The ledger of subscription messages that people still allow us to send."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.notices.models import Credit, Source

SAME_ACCEPTANCE = timedelta(seconds=10)

_credit = Credit.__table__.c


def accept(
    session: Session, account_id: int, template_id: str, now: datetime, source: Source
) -> None:
    """Count one more message that the account allows of this template.

    The mini-program (`CLIENT`) and WeChat's event (`EVENT`) may both tell of one acceptance: the
    second of the two, within ten seconds, adds nothing.
    """
    entry = insert_into(session, Credit).values(
        account_id=account_id, template_id=template_id, balance=1, accepted_at=now, told_by=source
    )
    other = Source.EVENT if source is Source.CLIENT else Source.CLIENT
    same = and_(
        _credit.told_by == other,
        _credit.accepted_at >= now - SAME_ACCEPTANCE,
        _credit.accepted_at <= now + SAME_ACCEPTANCE,
    )
    session.execute(
        entry.on_conflict_do_update(
            index_elements=["account_id", "template_id"],
            set_={
                "balance": case((same, _credit.balance), else_=_credit.balance + 1),
                "told_by": case((same, Source.BOTH.value), else_=source.value),
                "accepted_at": case((same, _credit.accepted_at), else_=now),
            },
        )
    )


def reject(session: Session, account_id: int, template_id: str) -> None:
    """Forget what the account allowed of this template: it has turned the messages off."""
    session.execute(
        update(Credit)
        .where(Credit.account_id == account_id, Credit.template_id == template_id)
        .values(balance=0)
        .execution_options(synchronize_session=False)
    )


def hold(session: Session, account_id: int, template_id: str, held: int | None) -> int | None:
    """Return the credit for a send: the one held from an attempt of unknown outcome, or a new one.

    None when nothing is held for this account and template and the balance is used up.
    """
    mine = select(Credit.id).where(
        Credit.id == held, Credit.account_id == account_id, Credit.template_id == template_id
    )
    if held is not None and session.scalar(mine) is not None:
        return held
    return spend(session, account_id, template_id)


def spend(session: Session, account_id: int, template_id: str) -> int | None:
    """Take one message from the balance and return the credit's id; None when none is left."""
    mine = select(Credit.id).where(
        Credit.account_id == account_id, Credit.template_id == template_id
    )
    credit_id = session.scalar(mine)
    return credit_id if credit_id and credit_id in take(session, [credit_id]) else None


def take(session: Session, credit_ids: Collection[int]) -> frozenset[int]:
    """Use one message of each of these credits, and return those that still allowed one.

    One conditional statement for all: so no more is ever sent than was allowed. What is allowed
    for good is not used up.
    """
    if not credit_ids:
        return frozenset()
    taken = session.scalars(
        update(Credit)
        .where(Credit.id.in_(credit_ids), or_(Credit.balance > 0, Credit.lasting))
        .values(balance=case((Credit.lasting, Credit.balance), else_=Credit.balance - 1))
        .returning(Credit.id)
        .execution_options(synchronize_session=False)
    )
    return frozenset(taken)


def give_back(session: Session, *credit_ids: int) -> None:
    """Put back a message of each that was certainly not sent."""
    session.execute(
        update(Credit)
        .where(Credit.id.in_(credit_ids), ~Credit.lasting)
        .values(balance=Credit.balance + 1)
        .execution_options(synchronize_session=False)
    )
