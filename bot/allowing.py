"""A line that says how to allow what will be worth hearing, at the moment when it will be."""

from dataclasses import replace

from bot.chat import Chat, Reply
from config.wording import say
from server.notices import asking


def also(chat: Chat, reply: Reply, purpose: str) -> Reply:
    """Add the line to a reply, at most once a day, for whom it is of use.

    `purpose` is what the person has just done, one of `asking.ASKS`.
    """
    worth = asking.offer(chat.session, chat.talk.known, purpose, chat.now, chat.runtime.settings)
    return replace(reply, text=reply.text + say(f"notices.offer_{worth}")) if worth else reply
