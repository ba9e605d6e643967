"""What somebody still lets us send, for whoever asks for it."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from config.wechat import NAMES
from config.wording import say
from server.notices.kinds import CREDITED
from server.notices.models import Credit
from server.people.models import Account


class Allowance(NamedTuple):
    """How many messages of what a template is for are still allowed, on all accounts together.

    `label` is what people read; `lasting` is allowed for good, whatever `number` says.
    """

    name: str
    label: str
    number: int
    lasting: bool


def allowed(session: Session, person_id: int, settings: Settings) -> list[Allowance]:
    """Return what a person allows us, the most useful first; what is used up is left out.

    One statement.
    """
    ours = settings.templates
    rows = session.execute(
        select(Credit.template_id, Credit.balance, Credit.lasting)
        .join(Account, Account.id == Credit.account_id)
        .where(Account.person_id == person_id)
    ).all()
    found = []
    for name in NAMES:
        ids = {ours.id_of(name, way) for way in CREDITED} - {""}
        mine = [row for row in rows if row.template_id in ids]
        count, lasting = sum(row.balance for row in mine), any(row.lasting for row in mine)
        if count or lasting:
            found.append(Allowance(name, say(f"notices.template_{name}"), count, lasting))
    return found
