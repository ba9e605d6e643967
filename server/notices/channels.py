"""By which ways notices may reach people, the most welcome first, and why not by the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from config.settings import Settings
from server.lists import among, dialect_of, named
from server.notices import templates, windows
from server.notices.claims import Claimed
from server.notices.kinds import CREDITED, TYPED
from server.notices.kinds import Way as Way
from server.notices.models import Credit
from server.notices.versions import Version
from server.notices.windows import Windows
from server.people.models import Account, App

_account, _credit = Account.__table__.c, Credit.__table__.c

UNWANTED = "all: no notices wanted"

APPS: Mapping[Way, App] = {
    Way.SERVICE: App.OFFICIAL,
    Way.MINIPROGRAM_CHAT: App.MINIPROGRAM,
    Way.SUBSCRIPTION: App.MINIPROGRAM,
    Way.NOTIFICATION: App.OFFICIAL,
    Way.TEMPLATE: App.OFFICIAL,
    Way.EMPLOYEE: App.MINIPROGRAM,
}
"""Through which of the two apps each way leads."""


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
    """The ways that are open, in the order in which to try them, and why others are not.

    A closed way is written `way: why`; `reasons.in_words` tells it to staff. `version` is what
    is to be said, as it is in force in this transaction.
    """

    open: tuple[Route, ...]
    closed: tuple[str, ...]
    version: Version


class _Why(str):
    """Why a way is closed."""

    __slots__ = ()


def choose(
    session: Session, wanted: Sequence[Claimed], now: datetime, settings: Settings
) -> dict[int, Routes]:
    """Return how each of these notices may reach its person, by the notice's id.

    The ways are those of its kind, in the order that the district has given them: an open chat
    window, a message that was allowed, a template message to a follower, a message to staff who
    are bound. Each way that is closed is named with its reason. Five statements for any number.
    Whether the person wants notices at all is not asked here.
    """
    said = templates.in_force(session, {each.kind for each in wanted})
    accounts = _accounts(session, {each.person_id for each in wanted})
    opened = windows.of(session, accounts, now)
    credits = _credits(session, accounts, said.values(), settings)
    owned: dict[int, list[Account]] = {each.person_id: [] for each in wanted}
    for account in accounts:
        owned[account.person_id].append(account)
    return {
        each.id: _routes(
            _Look(
                said[each.kind],
                owned[each.person_id],
                opened,
                credits,
                each.credit_id,
                settings,
                now,
            )
        )
        for each in wanted
    }


Credits = Mapping[tuple[int, str], Credit]


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known of one person when the ways to them are looked at."""

    version: Version
    accounts: Sequence[Account]
    windows: Windows
    credits: Credits
    held: int | None
    settings: Settings
    now: datetime


def _routes(look: _Look) -> Routes:
    found = {way: _by(look, way) for way in look.version.ways}
    return Routes(
        tuple(route for part in found.values() if not isinstance(part, str) for route in part),
        tuple(f"{way}: {part}" for way, part in found.items() if isinstance(part, str)),
        look.version,
    )


def _by(look: _Look, way: Way) -> list[Route] | _Why:
    """Return the routes of one way, or why there is none."""
    template_id = ""
    if way in TYPED:
        template_id = look.settings.templates.id_of(look.version.kind.template, way)
        if not template_id:
            return _Why("no template")
    accounts = [account for account in look.accounts if account.app is APPS[way]]
    if not accounts:
        return _Why("no account")
    tried = [_ASKED[way](look, account, template_id) for account in accounts]
    routes = [
        Route(way, account.app, account.id, account.openid, template_id, *_paid(look, way, found))
        for account, found in zip(accounts, tried, strict=True)
        if not isinstance(found, _Why)
    ]
    return routes or next(found for found in tried if isinstance(found, _Why))


Asked = Callable[[_Look, Account, str], Credit | _Why | None]
"""Asks whether an account is reached: its credit where one is needed, or why not."""


def _in_window(look: _Look, account: Account, _template_id: str) -> _Why | None:
    if account.app is App.OFFICIAL and not account.following:
        return _Why("not following")
    left = look.windows.left(account, look.now)
    if left is None:
        return _Why("window closed")
    return None if left else _Why("used up")


def _by_credit(look: _Look, account: Account, template_id: str) -> Credit | _Why:
    credit = look.credits.get((account.id, template_id))
    if credit is None or not (credit.balance or credit.lasting or credit.id == look.held):
        return _Why("no credit")
    return credit


def _as_follower(_look: _Look, account: Account, _template_id: str) -> _Why | None:
    return None if account.following else _Why("not following")


def _as_staff(look: _Look, account: Account, template_id: str) -> _Why | None:
    if account.bound_at is None:
        return _Why("not bound")
    credit = look.credits.get((account.id, template_id))
    return None if credit is not None and credit.lasting else _Why("not allowed")


_ASKED: Mapping[Way, Asked] = {
    Way.SERVICE: _in_window,
    Way.MINIPROGRAM_CHAT: _in_window,
    Way.SUBSCRIPTION: _by_credit,
    Way.NOTIFICATION: _by_credit,
    Way.TEMPLATE: _as_follower,
    Way.EMPLOYEE: _as_staff,
}


def _paid(look: _Look, way: Way, found: Credit | None) -> tuple[int | None, bool]:
    if way not in CREDITED or found is None:
        return None, False
    return found.id, found.id == look.held


def _accounts(session: Session, persons: set[int]) -> Sequence[Account]:
    """Return the accounts of these people, those of the official account first."""
    return session.scalars(_theirs(dialect_of(session)), {"persons": list(persons)}).all()


@cache
def _theirs(dialect: str) -> Select[Account]:
    mine = named(dialect, _account.person_id, "persons")
    return select(Account).where(mine).order_by(Account.app.desc(), Account.id)


def _credits(
    session: Session, accounts: Sequence[Account], said: Iterable[Version], settings: Settings
) -> Credits:
    wanted = {settings.templates.id_of(v.kind.template, way) for v in said for way in TYPED}
    rows = session.scalars(
        select(Credit).where(
            among(session, _credit.account_id, [account.id for account in accounts]),
            among(session, _credit.template_id, wanted - {""}),
        )
    )
    return {(row.account_id, row.template_id): row for row in rows}
