"""用工关系: staff who have bound their mini-program account are told of their duties by it.

WeChat tells the mini-program alone what somebody answered (`wx.bindEmployeeRelation`) and sends no
event; so the mini-program tells us, and a refused message corrects us. The feature is for people at
work only and is taken away where it is abused (WeChat's page 用工关系), so nobody else may bind.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.settings import Settings
from server.errors import Forbidden
from server.notices import credits
from server.notices.asking import Ask
from server.notices.kinds import Way
from server.notices.models import Credit, Source
from server.people import posts
from server.people.models import Account

MOST = 6
"""wx.bindEmployeeRelation takes so many templates at once."""
ACCEPTED = "accept"


class NotStaff(Forbidden):
    """The person holds no post, so there is no 用工关系 to bind."""

    code = "notices.not_staff"


def is_bound(session: Session, account_id: int) -> bool:
    """Tell whether the account is bound."""
    return session.scalar(select(Account.bound_at).where(Account.id == account_id)) is not None


def asks(
    session: Session, person_id: int, account_id: int, now: datetime, settings: Settings
) -> list[Ask]:
    """Return which messages to ask a member of staff for, those allowed already left out.

    Nothing for whoever holds no post.
    """
    if not posts.held_by(session, person_id, now):
        return []
    given = select(Credit.template_id).where(Credit.account_id == account_id, Credit.lasting)
    allowed = set(session.scalars(given))
    ours = settings.templates.named(Way.EMPLOYEE)
    found = [Ask(each, name, True) for name, each in ours.items() if each not in allowed]
    return found[:MOST]


def bind(
    session: Session,
    person_id: int,
    account_id: int,
    answers: Mapping[str, str],
    now: datetime,
) -> None:
    """Note that a member of staff has bound their account, and which templates they allow.

    `answers` is what WeChat gave for each template; anything but "accept" allows nothing.
    Refuses whoever holds no post.
    """
    if not posts.held_by(session, person_id, now):
        raise NotStaff
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(bound_at=func.coalesce(Account.bound_at, now))
        .execution_options(synchronize_session=False)
    )
    for template_id, answer in answers.items():
        if answer == ACCEPTED:
            credits.accept(session, account_id, template_id, now, Source.CLIENT, lasting=True)


def unbind(session: Session, account_id: int) -> None:
    """Note that the account is not bound (any more)."""
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(bound_at=None)
        .execution_options(synchronize_session=False)
    )
