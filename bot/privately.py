"""Answers that others must not see: kept nowhere, and unknown to whoever they are not for."""

from collections.abc import Callable
from functools import wraps

from bot.chat import Chat, Reply
from config.wording import say
from server.errors import Refusal
from server.party.refusals import NothingThere

Told = Callable[..., Reply | None]


def privately(answer: Told) -> Told:
    """Let a word be unknown to whoever it is not for; even a refusal is said and not kept."""

    @wraps(answer)
    def told(chat: Chat, *said: object) -> Reply | None:
        try:
            with chat.session.begin_nested():
                return answer(chat, *said)
        except NothingThere:
            return None
        except Refusal as refusal:
            return Reply(say(refusal.code, **refusal.facts), private=True)

    return told
