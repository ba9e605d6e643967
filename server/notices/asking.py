"""What to ask people to allow, at the tap after which they will want to hear from us."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

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

account = Account.__table__.c
credit = Credit.__table__.c
_own = Account.__table__.alias("own").c
_STANDS = consents.stands(bindparam("person"), Purpose.NOTICES)
# they allow what this is for, on whatever account, or have turned it off
_ANSWERED = exists().where(
    _own.person_id == bindparam("person"),
    credit.account_id == _own.id,
    credit.template_id.in_(bindparam("ids", expanding=True)),
    or_(credit.balance > 0, credit.lasting, credit.turned_off_at.is_not(None)),
)
_USES = exists().where(_own.person_id == bindparam("person"), _own.app == App.MINIPROGRAM)
_OFFER = (
    update(Account.__table__)
    .where(
        account.id == bindparam("this"),
        or_(account.offered_at.is_(None), account.offered_at < bindparam("today")),
        # who was never asked about notices has not taken them back
        or_(_STANDS.is_(None), _STANDS > 0),
        ~_ANSWERED,
    )
    .values(offered_at=bindparam("now"))
    .returning(account.id)
)
_OFFER_TO_USERS = _OFFER.where(_USES)
"""Whom a template message reaches anyhow is told only if they use the mini-program."""


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
    ways = (Way.SUBSCRIPTION, Way.NOTIFICATION)
    asked = {
        "this": known.account_id,
        "person": known.person_id,
        "now": now,
        "today": datetime.combine(now.astimezone(LOCAL).date(), time(), LOCAL),
        "ids": sorted({settings.templates.id_of(first, way) for way in ways} - {""}),
    }
    reached = settings.templates.id_of(first, Way.TEMPLATE)
    offered = session.execute(_OFFER_TO_USERS if reached else _OFFER, asked)
    return first if offered.first() is not None else None
