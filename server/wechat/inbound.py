"""The messages that WeChat has told us: each one counts once, and a retry gets the same reply.

The effect and `record` share one transaction. Whoever brings a message that is being answered
just now finds no row yet and answers it too, but cannot record it: that undoes what they did, and
they read what the first was answered.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.db import insert_into
from server.wechat.messages import Incoming, Unusable
from server.wechat.models import Inbound, InboundState, Waiting

MOST_ATTEMPTS = 10
"""A kept message that has failed so often is left to the operator."""

inbound = Inbound.__table__.c
waiting = Waiting.__table__.c

_RECORD = {
    name: insert(Inbound.__table__)
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(inbound.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_ANSWER = (
    update(Inbound.__table__)
    .where(inbound.id == bindparam("this"))
    .values(reply=bindparam("words"))
)
_DECIDED = select(inbound.id, inbound.reply).where(inbound.key == bindparam("this"))
_WAITING = (
    select(waiting.id, waiting.key, waiting.sealed, waiting.attempts)
    .where(waiting.received_at <= bindparam("until"), waiting.attempts < MOST_ATTEMPTS)
    .order_by(waiting.id)
    .limit(bindparam("most"))
)


class Decided(NamedTuple):
    """A message that had its effect, and the words it was answered ("" for none)."""

    id: int
    reply: str


class Kept(NamedTuple):
    """A message that is still to be answered; its content is sealed."""

    id: int
    key: str
    sealed: bytes
    attempts: int


def record(session: Session, incoming: Incoming, reply: str, now: datetime) -> bool:
    """Keep a message with its reply, as the last act of its transaction.

    False when somebody else has recorded it, or is about to, for whom this waits: then the
    transaction must be undone.
    """
    row = {
        "key": incoming.key,
        "app": incoming.app,
        "openid": incoming.openid,
        "kind": incoming.kind,
        "event": incoming.event,
        "state": InboundState.APPLIED,
        "received_at": now,
        "reply": reply,
    }
    fresh = _RECORD[session.get_bind().dialect.name]
    return session.execute(fresh, row).scalar_one_or_none() is not None


def answer(session: Session, inbound_id: int, reply: str) -> None:
    """Keep the words of the reply, for whoever brings the message again."""
    session.execute(_ANSWER, {"this": inbound_id, "words": reply})


def decided(session: Session, key: str) -> Decided | None:
    """Return what a message was answered, or None while nobody has decided."""
    row = session.execute(_DECIDED, {"this": key}).one_or_none()
    return row and Decided(*row)


def bury(session: Session, dead: Unusable, sealed: bytes, now: datetime) -> bool:
    """Keep a message that we cannot use for the operator; False when it lies there already."""
    row = {
        "key": dead.key,
        "app": dead.app,
        "openid": dead.openid,
        "kind": dead.kind or "unreadable",
        "event": "",
        "state": InboundState.DEAD,
        "received_at": now,
        "reply": "",
        "sealed": sealed,
    }
    fresh = _RECORD[session.get_bind().dialect.name]
    return session.execute(fresh, row).scalar_one_or_none() is not None


def keep(session: Session, incoming: Incoming, sealed: bytes, now: datetime) -> bool:
    """Keep a message that will be answered later; False when it is kept already."""
    row = {
        "key": incoming.key,
        "app": incoming.app,
        "openid": incoming.openid,
        "sealed": sealed,
        "received_at": now,
        "attempts": 0,
    }
    fresh = insert_into(session, Waiting).values(row).on_conflict_do_nothing(index_elements=["key"])
    return session.execute(fresh.returning(waiting.id)).first() is not None


def still_waiting(session: Session, until: datetime, most: int = 100) -> Sequence[Kept]:
    """Return the messages kept until then that nobody has answered, the oldest first."""
    found = session.execute(_WAITING, {"until": until, "most": most})
    return [Kept(*row) for row in found]


def count_attempt(session: Session, waiting_id: int) -> None:
    """Note that a message is being tried once more."""
    session.execute(
        update(Waiting.__table__)
        .where(waiting.id == waiting_id)
        .values(attempts=waiting.attempts + 1)
    )


def release(session: Session, key: str) -> bool:
    """Stop waiting for a message; False when somebody else has done so."""
    gone = delete(Waiting.__table__).where(waiting.key == key).returning(waiting.id)
    return session.execute(gone).first() is not None
