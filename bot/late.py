"""Messages whose answer would come too late: kept first, answered afterwards.

Whoever is told 「结果稍后发给您」 has a row in `waiting`. It goes when the answer is queued as a
notice: by the first attempt when that comes to an end, or, if its process died, by `catch_up`.
"""

import json
import logging
from datetime import timedelta
from threading import Event

from bot.exchange import Exchange
from config.wording import say
from server.db import Busy
from server.notices import outbox
from server.people import identities
from server.people.models import App
from server.runtime import Runtime
from server.wechat import inbound
from server.wechat.inbound import Kept
from server.wechat.messages import Incoming, incoming

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=20)
"""So long the first attempt is left alone; the database ends its statements before."""

MOST_ATTEMPTS = 5
"""After so many the person is asked to send it again; fewer than the message is kept for."""


def keep(runtime: Runtime, message: Incoming, gave_up: Event | None = None) -> str:
    """Store the message for later and return what the person reads meanwhile.

    If the first attempt has come to an end just now, return its reply instead. Once nobody waits
    for this any more, nothing is stored: WeChat brings the message again.
    """
    content = {"app": message.app, "fields": message.fields, "encrypted": message.encrypted}
    sealed = runtime.vault.seal(json.dumps(content, ensure_ascii=False), _about(message.key))
    with runtime.db.transaction() as session:
        done = inbound.decided(session, message.key)
        if done is not None:
            return done.reply
        if gave_up and gave_up.is_set():
            raise Busy("kept too late")
        inbound.keep(session, message, sealed, runtime.now())
    return say("chat.later")


def hand_over(runtime: Runtime, message: Incoming) -> bool:
    """Queue the reply of a message that was kept; False when nobody waits for it, or not yet.

    A retry that comes after this reads what the first one read.
    """
    with runtime.db.transaction() as session:
        done = inbound.decided(session, message.key)
        if done is None or not inbound.release(session, message.key):
            return False
        if done.reply:
            now = runtime.now()
            known = identities.welcome(session, App(message.app), message.openid, now)
            about = f"chat.late_reply:{done.id}"
            outbox.queue(
                session, known.person_id, "chat.late_reply", about, now, {"text": done.reply}
            )
            inbound.answer(session, done.id, say("chat.later"))
    return True


def catch_up(runtime: Runtime, exchange: Exchange) -> int:
    """Answer the messages that were kept and whose first attempt is gone; return how many."""
    with runtime.db.reading() as session:
        kept = inbound.still_waiting(session, runtime.now() - GRACE)
    return sum(_caught_up(runtime, exchange, one) for one in kept)


def _caught_up(runtime: Runtime, exchange: Exchange, kept: Kept) -> bool:
    try:
        with runtime.db.transaction() as session:
            inbound.count_attempt(session, kept.id)
        message = _opened(runtime, kept)
        if kept.attempts < MOST_ATTEMPTS:
            exchange.answer(message)
        else:
            exchange.conclude(message, say("chat.gave_up"))
        return hand_over(runtime, message)
    except Busy as busy:
        log.warning("a kept message waits on: %s", busy)
    except Exception:
        # one that cannot even be opened holds back only itself
        log.exception("a kept message could not be answered")
    return False


def _opened(runtime: Runtime, kept: Kept) -> Incoming:
    content = json.loads(runtime.vault.open(kept.sealed, _about(kept.key)))
    return incoming(content["app"], content["fields"], encrypted=content["encrypted"])


def _about(key: str) -> str:
    return f"waiting:{key}"
