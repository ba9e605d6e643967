"""What a person's next bare number means: the last numbered list, for half an hour."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.people.identities import Known
from server.people.models import Account, App, Dialogue
from server.wechat.models import Inbound

LIFE = timedelta(minutes=30)

Choices = Mapping[str, Sequence[str]]
"""What may be answered, and which command with which arguments that stands for."""

account = Account.__table__.c
inbound = Inbound.__table__.c
dialogue = Dialogue.__table__.c

_HERE = select(literal_column("1").label("here")).subquery()
_MEET = (
    select(
        inbound.reply,
        account.person_id,
        account.id,
        account.app,
        account.following,
        dialogue.choices,
        dialogue.version,
        dialogue.expires_at,
    )
    .select_from(_HERE)
    .outerjoin(Inbound.__table__, inbound.key == bindparam("which"))
    .outerjoin(
        Account.__table__,
        and_(account.app == bindparam("through"), account.openid == bindparam("who")),
    )
    .outerjoin(Dialogue.__table__, dialogue.person_id == account.person_id)
)


def _remember(insert: Any) -> Any:
    fresh = insert(Dialogue.__table__)
    return fresh.on_conflict_do_update(
        index_elements=["person_id"],
        set_={
            "choices": fresh.excluded.choices,
            "version": dialogue.version + 1,
            "expires_at": fresh.excluded.expires_at,
        },
        where=dialogue.version == bindparam("seen"),
    ).returning(dialogue.version)


_REMEMBER = {"sqlite": _remember(sqlite.insert), "postgresql": _remember(postgresql.insert)}
_VERSION = select(dialogue.version).where(dialogue.person_id == bindparam("who"))


class Talk(NamedTuple):
    """A person, and what they were last offered; version 0 means that nothing ever was."""

    known: Known
    choices: Choices
    version: int
    expires_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Tell whether a number still answers the last list."""
        return self.expires_at is not None and now < self.expires_at


class Met(NamedTuple):
    """What is known when a message comes: its reply, if it came before, and who is talking."""

    told: str | None
    talk: Talk | None


def meet(session: Session, app: App, openid: str, key: str) -> Met:
    """Return whether a message was answered, who brings it, and their dialogue, in one reading."""
    row = session.execute(_MEET, {"through": app, "who": openid, "which": key}).one()
    told, person_id, account_id, through, following, choices, version, expires_at = row
    if person_id is None:
        return Met(told, None)
    known = Known(person_id, account_id, through, following)
    return Met(told, Talk(known, choices or {}, version or 0, expires_at))


def begin(known: Known) -> Talk:
    """Return the dialogue of somebody we have just met."""
    return Talk(known, {}, 0, None)


def replace(session: Session, person_id: int, choices: Choices, seen: int, now: datetime) -> bool:
    """Put a list in the place of the one that was read as version `seen`.

    False, and nothing changed, when another message has put its own there meanwhile.
    """
    written = session.execute(
        _REMEMBER[session.get_bind().dialect.name],
        {
            "person_id": person_id,
            "choices": dict(choices),
            "version": 1,
            "expires_at": now + LIFE,
            "seen": seen,
        },
    )
    return written.first() is not None


def offer(session: Session, person_id: int, choices: Choices, seen: int, now: datetime) -> None:
    """Let a bare number answer this list from now on, whatever list it was until now.

    Of two messages at once the one decided last has the word: its reply is the lower one on the
    screen. A list is replaced as a whole, so that no two are ever mixed.
    """
    while not replace(session, person_id, choices, seen, now):
        seen = session.execute(_VERSION, {"who": person_id}).scalar_one_or_none() or 0
