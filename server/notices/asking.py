"""What to ask people to allow, at the tap after which they will want to hear from us."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from config.settings import Settings
from config.wording import LOCAL
from server.notices.kinds import Way
from server.notices.models import Credit
from server.people import consents
from server.people.consents import Purpose
from server.people.identities import Known
from server.people.models import Account, App

MOST = 3
"""Older WeChat takes three templates in one pop-up, newer ones five."""

ASKS: Mapping[str, tuple[str, ...]] = {
    "signup": ("reminder", "cancelled", "signup"),
    "waitlist": ("offer", "reminder", "cancelled"),
    "offer": ("reminder", "cancelled"),
    "need": ("progress",),
    "certificate": ("progress",),
    "record": ("progress",),
    "team": ("progress",),
    "star": ("progress",),
}
"""For each tap what will be worth hearing, the most useful first."""


class Ask(NamedTuple):
    """A template to ask for; `name` is what it is for, `lasting` that one yes is for good."""

    id: str
    name: str
    lasting: bool


def ask(
    session: Session, person_id: int, account_id: int, purpose: str, settings: Settings
) -> list[Ask]:
    """Return what the mini-program may ask a person for at this tap: three at most, or nothing.

    Templates for good and for once never come together, since WeChat refuses that; those which the
    account allows for good already are left out. Who wants no notices is asked for nothing.
    """
    if consents.is_withdrawn(session, person_id, Purpose.NOTICES):
        return []
    ours = settings.templates.named(Way.SUBSCRIPTION)
    wanted = [name for name in ASKS[purpose] if name in ours]
    given = select(Credit.template_id).where(Credit.account_id == account_id, Credit.lasting)
    allowed = set(session.scalars(given))
    found = [
        Ask(ours[name], name, settings.templates.is_lasting(ours[name]))
        for name in wanted
        if ours[name] not in allowed
    ]
    return [each for each in found if each.lasting is found[0].lasting][:MOST]


def offer(
    session: Session, known: Known, purpose: str, now: datetime, settings: Settings
) -> str | None:
    """Return what the chat should say now how to allow, and note that it has; None for nothing.

    At most once a day, and only to whom it is of use: who wants notices, has neither allowed this
    nor turned it off, and either uses the mini-program or would not be reached otherwise. One
    conditional statement.
    """
    ours = settings.templates.named(Way.SUBSCRIPTION)
    first = next((name for name in ASKS[purpose] if name in ours), None)
    if first is None:
        return None
    today = datetime.combine(now.astimezone(LOCAL).date(), time(), LOCAL)
    offered = session.execute(
        update(Account)
        .where(
            Account.id == known.account_id,
            or_(Account.offered_at.is_(None), Account.offered_at < today),
            # who was never asked about notices has not taken them back
            or_(
                (stands := consents.stands(known.person_id, Purpose.NOTICES)).is_(None), stands > 0
            ),
            ~_has_answered(known.person_id, settings, first),
            _is_of_use(known.person_id, settings, first),
        )
        .values(offered_at=now)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    )
    return first if offered.first() is not None else None


def _has_answered(person_id: int, settings: Settings, name: str) -> ColumnElement[bool]:
    """Ask whether they allow what this is for, on whatever account, or have turned it off."""
    ways = (Way.SUBSCRIPTION, Way.NOTIFICATION)
    ids = {settings.templates.id_of(name, way) for way in ways} - {""}
    own = aliased(Account)
    return exists().where(
        own.person_id == person_id,
        Credit.account_id == own.id,
        Credit.template_id.in_(ids),
        or_(Credit.balance > 0, Credit.lasting, Credit.turned_off_at.is_not(None)),
    )


def _is_of_use(person_id: int, settings: Settings, name: str) -> ColumnElement[bool]:
    if not settings.templates.id_of(name, Way.TEMPLATE):
        return true()
    own = aliased(Account)
    return exists().where(own.person_id == person_id, own.app == App.MINIPROGRAM)
