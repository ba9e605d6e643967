"""By which way a notice may reach somebody, the most welcome first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from server.lists import among
from server.notices.claims import Claimed
from server.notices.kinds import KINDS
from server.notices.models import Credit, Notice, NoticeState
from server.people.models import Account, App
from server.wechat.models import Inbound

WINDOW = timedelta(hours=48)
WINDOW_MESSAGES = 5
"""WeChat's rule: five messages within 48 h of what somebody wrote to the official account."""

_account, _credit, _inbound = Account.__table__.c, Credit.__table__.c, Inbound.__table__.c

LOOK_BACK = timedelta(days=31)
UNWANTED = "all: no notices wanted"


class Way(StrEnum):
    """How a message travels."""

    SERVICE = "service"
    SUBSCRIPTION = "subscription"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Route:
    """One way to one account.

    `template_id` is empty in chat. `credit_id` is the credit that must be taken when the send
    begins; `is_held` tells that it was taken already, for an attempt of unknown outcome.
    """

    way: Way
    app: App
    account_id: int
    openid: str
    template_id: str = ""
    credit_id: int | None = None
    is_held: bool = False


class Routes(NamedTuple):
    """The ways that are open, in the order in which to try them, and why others are not."""

    open: tuple[Route, ...]
    closed: tuple[str, ...]


def choose(
    session: Session, wanted: Sequence[Claimed], now: datetime, settings: Settings
) -> dict[int, Routes]:
    """Return how each of these notices may reach its person, by the notice's id.

    First the open customer-service window of an official account they follow, then a subscription
    message that they have allowed (or that was taken already), then a template message to who
    follows. Each closed way is named with its reason. A few statements for any number. Whether the
    person wants notices at all is not asked here.
    """
    accounts = _accounts(session, {each.person_id for each in wanted})
    known = [account for each in accounts.values() for account in each]
    left = _windows(session, known, now)
    credits = _credits(session, known)
    return {
        each.id: _routes(
            accounts.get(each.person_id, []),
            getattr(settings.templates, KINDS[each.kind].template, ""),
            left,
            credits,
            each.credit_id,
        )
        for each in wanted
    }


Credits = Mapping[tuple[int, str], Credit]


def _routes(
    accounts: Sequence[Account],
    template_id: str,
    left: Mapping[int, int],
    credits: Credits,
    held: int | None,
) -> Routes:
    found = (
        _service(accounts, left),
        _subscriptions(accounts, template_id, credits, held),
        _templates(accounts, template_id),
    )
    return Routes(
        tuple(route for part in found if not isinstance(part, str) for route in part),
        tuple(part for part in found if isinstance(part, str)),
    )


def _service(accounts: Sequence[Account], left: Mapping[int, int]) -> list[Route] | str:
    followers = [account for account in accounts if _follows(account)]
    if not followers:
        return "service: not following"
    routes = [
        Route(Way.SERVICE, App.OFFICIAL, account.id, account.openid)
        for account in followers
        if left.get(account.id, 0) > 0
    ]
    return routes or "service: window closed"


def _subscriptions(
    accounts: Sequence[Account], template_id: str, credits: Credits, held: int | None
) -> list[Route] | str:
    if not template_id:
        return "subscription: no template"
    routes = []
    for account in accounts:
        credit = credits.get((account.id, template_id))
        if credit and (credit.balance > 0 or credit.lasting or credit.id == held):
            taken = credit.id, credit.id == held
            way = Way.SUBSCRIPTION
            routes.append(Route(way, account.app, account.id, account.openid, template_id, *taken))
    return routes or "subscription: no credit"


def _templates(accounts: Sequence[Account], template_id: str) -> list[Route] | str:
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


def _accounts(session: Session, persons: set[int]) -> dict[int, list[Account]]:
    found: dict[int, list[Account]] = {}
    chosen = select(Account).where(among(session, _account.person_id, persons))
    for account in session.scalars(chosen.order_by(Account.app.desc(), Account.id)):
        found.setdefault(account.person_id, []).append(account)
    return found


def _windows(session: Session, accounts: Sequence[Account], now: datetime) -> dict[int, int]:
    """Return how many messages may still go into the open windows, by account."""
    followers = {account.openid: account for account in accounts if _follows(account)}
    wrote = session.execute(
        select(Inbound.openid, func.max(Inbound.received_at))
        .where(
            among(session, _inbound.openid, followers),
            Inbound.received_at > now - WINDOW,
            Inbound.app == App.OFFICIAL,
            Inbound.kind != "event",
        )
        .group_by(Inbound.openid)
    ).all()
    opened = {followers[openid].person_id: wrote_at for openid, wrote_at in wrote}
    used = _used(session, opened, now) if opened else {}
    return {
        followers[openid].id: WINDOW_MESSAGES
        - sum(at >= wrote_at for at in used.get(followers[openid].person_id, ()))
        for openid, wrote_at in wrote
    }


def _used(
    session: Session, opened: Mapping[int, datetime], now: datetime
) -> dict[int, list[datetime]]:
    """Return when messages went into the windows; what may have gone counts, too."""
    used: dict[int, list[datetime]] = {}
    rows = session.execute(
        select(Notice.person_id, Notice.settled_at).where(
            Notice.person_id.in_(opened),
            Notice.queued_at > now - LOOK_BACK,
            Notice.channel == Way.SERVICE,
            Notice.state.in_((NoticeState.SENT, NoticeState.DEAD)),
            Notice.settled_at >= min(opened.values()),
        )
    )
    for person_id, settled_at in rows:
        if settled_at is not None:
            used.setdefault(person_id, []).append(settled_at)
    return used


def _credits(session: Session, accounts: Sequence[Account]) -> Credits:
    mine = among(session, _credit.account_id, [account.id for account in accounts])
    return {
        (row.account_id, row.template_id): row
        for row in session.scalars(select(Credit).where(mine))
    }
