"""What somebody still lets us send, and what they will be told next: for whoever asks for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from config.wechat import NAMES
from config.wording import say
from server.notices import rendering, templates
from server.notices.kinds import CREDITED, KINDS
from server.notices.models import Credit, Notice, NoticeState
from server.people.models import Account


class Allowance(NamedTuple):
    """How many messages of what a template is for are still allowed, on all accounts together.

    `label` is what people read; `lasting` is allowed for good, whatever `number` says.
    """

    name: str
    label: str
    number: int
    lasting: bool


class Coming(NamedTuple):
    """Something that a person will be told from `due_at` (UTC) on."""

    kind: str
    title: str
    due_at: datetime


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


def coming(session: Session, person_id: int, now: datetime, most: int = 5) -> Sequence[Coming]:
    """Return what a person will be told, the soonest first, at most so many. Two statements."""
    rows = session.execute(
        select(Notice.kind, Notice.facts, Notice.due_at)
        .where(
            Notice.person_id == person_id,
            Notice.state == NoticeState.QUEUED,
            Notice.due_at > now,
            Notice.kind.in_(KINDS),
        )
        .order_by(Notice.due_at, Notice.id)
        .limit(most)
    ).all()
    said = templates.in_force(session, {row.kind for row in rows})
    return [
        Coming(row.kind, rendering.inbox(said[row.kind], row.facts).title, row.due_at)
        for row in rows
    ]
