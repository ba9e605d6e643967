"""One message and its one answer, however often it is brought."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from bot.chat import Private
from config.wording import say
from server.db import Busy, Crossed, Session
from server.errors import Refusal
from server.people import dialogues
from server.people.dialogues import Talk
from server.people.identities import Moved
from server.people.models import App
from server.runtime import Runtime
from server.wechat import inbound
from server.wechat.messages import Incoming, Unusable

log = logging.getLogger(__name__)

TRIES = 3
"""Two accounts of one person are joined once; a third time is no join but a fault."""

Respond = Callable[[Session, Incoming, Talk | None, datetime], str]


class Raced(Exception):  # noqa: N818  said of the message, which two were answering
    """Another attempt at the same message was kept first; this one must leave no trace."""


class Exchange:
    """Gives every message its effect once, and the same words to whoever brings it again.

    The row that names the message, the effect and the reply are one transaction. A refusal, or
    a mistake of ours, undoes all of it; then its sentence is kept in a transaction of its own.
    So an ordinary message needs no savepoint, and of two that raced the one kept first counts.
    """

    def __init__(self, runtime: Runtime, respond: Respond) -> None:
        self._runtime = runtime
        self._respond = respond

    def answer(self, incoming: Incoming) -> str:
        """Return the reply ("" for none), once it and its effect are stored.

        Raises `Busy` when the database takes nothing just now; then nothing has happened.
        """
        try:
            return self._undertake(incoming)
        except Busy:
            raise
        except Exception:
            number = secrets.token_hex(3)
            self._runtime.metrics.callbacks.labels(incoming.app, "failed").inc()
            log.exception("message failed", extra={"apology": number, "kind": incoming.kind})
            return self.conclude(incoming, say("chat.apology", number=number))

    def conclude(self, incoming: Incoming, words: str) -> str:
        """Settle a message with mere words, unless it has been settled meanwhile."""
        return self._once(incoming, lambda *_unused: words)

    def bury(self, dead: Unusable) -> None:
        """Keep what cannot be used, sealed, for the operator."""
        sealed = self._runtime.vault.seal(dead.body.decode("latin-1"), f"inbound:{dead.key}")
        with self._runtime.db.transaction() as session:
            fresh = inbound.bury(session, dead, sealed, self._runtime.now())
        if fresh:
            log.warning("dead letter", extra={"app": dead.app, "reason": dead.reason})

    def _undertake(self, incoming: Incoming) -> str:
        try:
            return self._once_settled(incoming)
        except Refusal as refusal:
            self._runtime.metrics.refusals.labels(refusal.code).inc()
            return self.conclude(incoming, say(refusal.code, **refusal.facts))

    def _once_settled(self, incoming: Incoming) -> str:
        for _ in range(TRIES - 1):
            try:
                return self._once(incoming, self._respond)
            except Moved:
                log.info("a person was joined with another meanwhile: once more")
            except Crossed:
                log.info("two stood in each other's way: once more")
        return self._once(incoming, self._respond)

    def _once(self, incoming: Incoming, respond: Respond) -> str:
        try:
            return self._attempt(incoming, respond)
        except Raced:
            return self._told(incoming)

    def _attempt(self, incoming: Incoming, respond: Respond) -> str:
        with self._runtime.db.transaction() as session:
            now = self._runtime.now()
            met = dialogues.meet(session, App(incoming.app), incoming.openid, incoming.key)
            if met.told is not None:
                return met.told
            words = respond(session, incoming, met.talk, now)
            if not inbound.record(session, incoming, _kept(words), now):
                raise Raced
            return words

    def _told(self, incoming: Incoming) -> str:
        with self._runtime.db.reading() as session:
            before = inbound.decided(session, incoming.key)
        if before is None:
            raise Busy("a row that was in the way is gone again")
        return before.reply


def _kept(words: str) -> str:
    """Return what a retry reads: the same words, unless they are not for keeping."""
    return say("chat.say_again") if isinstance(words, Private) else words
