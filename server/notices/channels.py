"""By which way a notice may reach somebody, the most welcome first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Templates
from server.notices.kinds import KINDS
from server.notices.models import Credit, Notice, NoticeState
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Account, App
from server.wechat.models import Inbound

WINDOW = timedelta(hours=48)
WINDOW_MESSAGES = 5
"""WeChat's rule: five messages within 48 h of what somebody wrote to the official account."""

LOOK_BACK = timedelta(days=31)
UNWANTED = "all: no notices wanted"


class Way(StrEnum):
    """How a message travels."""

    SERVICE = "service"
    SUBSCRIPTION = "subscription"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Route:
    """One way to one account; `template_id` is empty in chat."""

    way: Way
    app: App
    account_id: int
    openid: str
    template_id: str = ""


class Routes(NamedTuple):
    """The ways that are open, in the order in which to try them, and why others are not."""

    open: tuple[Route, ...]
    closed: tuple[str, ...]


def choose(
    session: Session,
    person_id: int,
    kind: str,
    templates: Templates,
    now: datetime,
    credit_id: int | None = None,
) -> Routes:
    """Return how a notice of this kind may reach the person.

    First the open customer-service window of an official account they follow, then a subscription
    message that they have allowed (or that was taken already as `credit_id`), then a template
    message to who follows. Each closed way is named with its reason, for the operator. Whoever
    wants no notices is reached by none.
    """
    if is_unwanted(session, person_id, kind):
        return Routes((), (UNWANTED,))
    template_id = getattr(templates, KINDS[kind].template, "")
    accounts = session.scalars(
        select(Account)
        .where(Account.person_id == person_id)
        .order_by(Account.app.desc(), Account.id)
    ).all()
    found = (
        _service(session, person_id, accounts, now),
        _subscriptions(session, accounts, template_id, credit_id),
        _templates(accounts, template_id),
    )
    return Routes(
        tuple(route for part in found if not isinstance(part, str) for route in part),
        tuple(part for part in found if isinstance(part, str)),
    )


def is_unwanted(session: Session, person_id: int, kind: str) -> bool:
    """Tell whether the person has taken back that we tell them such things. One statement."""
    if KINDS[kind].asked_for:
        return False
    return consents.is_withdrawn(session, person_id, Purpose.NOTICES)


Accounts = Sequence[Account]


def _service(
    session: Session, person_id: int, accounts: Accounts, now: datetime
) -> list[Route] | str:
    followers = [account for account in accounts if _follows(account)]
    if not followers:
        return "service: not following"
    routes = []
    for account in followers:
        wrote_at = session.scalar(
            select(func.max(Inbound.received_at)).where(
                Inbound.openid == account.openid,
                Inbound.received_at > now - WINDOW,
                Inbound.app == App.OFFICIAL,
                Inbound.kind != "event",
            )
        )
        if wrote_at and _sent_since(session, person_id, wrote_at) < WINDOW_MESSAGES:
            routes.append(Route(Way.SERVICE, App.OFFICIAL, account.id, account.openid))
    return routes or "service: window closed"


def _sent_since(session: Session, person_id: int, moment: datetime) -> int:
    """Count what went into the window; what may have gone counts, too."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Notice)
            .where(
                Notice.person_id == person_id,
                Notice.queued_at > moment - LOOK_BACK,
                Notice.channel == Way.SERVICE,
                Notice.state.in_((NoticeState.SENT, NoticeState.DEAD)),
                Notice.settled_at >= moment,
            )
        )
        or 0
    )


def _subscriptions(
    session: Session, accounts: Accounts, template_id: str, credit_id: int | None
) -> list[Route] | str:
    if not template_id:
        return "subscription: no template"
    allowed = (
        (Credit.balance > 0)
        if credit_id is None
        else (Credit.balance > 0) | (Credit.id == credit_id)
    )
    rows = session.scalars(
        select(Credit.account_id).where(
            Credit.account_id.in_([account.id for account in accounts]),
            Credit.template_id == template_id,
            allowed,
        )
    )
    allowing = set(rows)
    routes = [
        Route(Way.SUBSCRIPTION, account.app, account.id, account.openid, template_id)
        for account in accounts
        if account.id in allowing
    ]
    return routes or "subscription: no credit"


def _templates(accounts: Accounts, template_id: str) -> list[Route] | str:
    if not template_id:
        return "template: no template"
    routes = [
        Route(Way.TEMPLATE, App.OFFICIAL, account.id, account.openid, template_id)
        for account in accounts
        if _follows(account)
    ]
    return routes or "template: not following"


def _follows(account: Account) -> bool:
    return account.app is App.OFFICIAL and account.following
