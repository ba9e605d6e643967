"""The ledger of subscription messages that people still allow us to send.

WeChat does not tell what it has counted, so the count is ours: one more for each tap on 允许,
none left after a refusal of WeChat's (43101) or once somebody turned the messages off. A pop-up
that is declined takes nothing back: what was allowed before stays allowed, since acceptances add
up (订阅消息); only a change in the settings, of which an event of its own tells, takes all back.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, or_, true, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.notices.models import Credit, Source

SAME_ACCEPTANCE = timedelta(seconds=60)
"""Within this time the mini-program and WeChat tell of one acceptance: WeChat tries three times,
five seconds apart, and a phone in a lift may be slower."""

_credit = Credit.__table__.c
_STEP = {Source.CLIENT: 1, Source.EVENT: -1}


def accept(
    session: Session,
    account_id: int,
    template_id: str,
    now: datetime,
    source: Source,
    *,
    lasting: bool = False,
) -> None:
    """Count one more message that the account allows of this template; `lasting`: any number.

    The mini-program (`CLIENT`) and WeChat's event (`EVENT`) may both tell of one acceptance, in
    either order, and of several at once: each is counted when the first of the two tells of it.
    """
    entry = insert_into(session, Credit).values(
        account_id=account_id,
        template_id=template_id,
        balance=0 if lasting else 1,
        accepted_at=now,
        told_by=source,
        lasting=lasting,
        ahead=_STEP[source],
    )
    session.execute(
        entry.on_conflict_do_update(
            index_elements=["account_id", "template_id"], set_=_once_more(source, lasting, now)
        )
    )


def _once_more(source: Source, lasting: bool, now: datetime) -> dict[str, Any]:
    """Return what one more report changes: it counts unless the other of the two has told of it."""
    step = _STEP[source]
    recent = and_(
        _credit.accepted_at >= now - SAME_ACCEPTANCE, _credit.accepted_at <= now + SAME_ACCEPTANCE
    )
    told_before = and_(recent, _credit.ahead * step < 0)
    one_more = case((told_before, _credit.balance), else_=_credit.balance + 1)
    return {
        "balance": _credit.balance if lasting else one_more,
        "told_by": case((told_before, Source.BOTH.value), else_=source.value),
        "ahead": case((recent, _credit.ahead + step), else_=step),
        "accepted_at": case((told_before, _credit.accepted_at), else_=now),
        "lasting": true() if lasting else _credit.lasting,
        "turned_off_at": case((told_before, _credit.turned_off_at), else_=None),
    }


def reject(session: Session, account_id: int, template_id: str, now: datetime) -> None:
    """Forget what the account allowed of this template: it has turned the messages off.

    So WeChat says when it refuses a message (43101), and when somebody changes their settings.
    """
    session.execute(
        update(Credit)
        .where(Credit.account_id == account_id, Credit.template_id == template_id)
        .values(balance=0, lasting=False, turned_off_at=now)
        .execution_options(synchronize_session=False)
    )


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
    """Put back a message of each that was certainly not sent.

    Nothing comes back of what is allowed for good, or what the person has turned off meanwhile.
    """
    session.execute(
        update(Credit)
        .where(Credit.id.in_(credit_ids), ~Credit.lasting, Credit.turned_off_at.is_(None))
        .values(balance=Credit.balance + 1)
        .execution_options(synchronize_session=False)
    )
