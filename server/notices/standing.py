"""What people still let us send: somebody, for whoever asks for it, and all of them together."""

from typing import NamedTuple

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from config.settings import Settings
from config.wechat import NAMES
from config.wording import say
from server.notices.channels import APPS
from server.notices.kinds import CREDITED, Way
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


class Left(NamedTuple):
    """What people together still allow of a template by one way.

    `people` allow one message at least, `total` so many, apart from those who allow any number.
    """

    name: str
    way: Way
    people: int
    total: int
    lasting: int


NONE = (0, 0, 0)


def left(session: Session, settings: Settings) -> list[Left]:
    """Return what is left of each template that is set, by each way that needs it. One statement.

    Reads every credit that is left: for looking at now and then.
    """
    lasting = func.count(func.distinct(case((Credit.lasting, Account.person_id))))
    people = func.count(func.distinct(Account.person_id))
    rows = session.execute(
        select(Credit.template_id, Account.app, people, func.sum(Credit.balance), lasting)
        .join(Account, Account.id == Credit.account_id)
        .where(or_(Credit.balance > 0, Credit.lasting))
        .group_by(Credit.template_id, Account.app)
    )
    found = {(id_, app): (count, int(total), many) for id_, app, count, total, many in rows}
    return [
        Left(name, way, *found.get((id_, APPS[way]), NONE))
        for name in NAMES
        for way in (*CREDITED, Way.EMPLOYEE)
        if (id_ := settings.templates.id_of(name, way))
    ]
