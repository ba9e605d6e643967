"""A place that came free and is kept for the next in line, said in chat."""

from collections.abc import Callable

from bot import allowing
from bot.chat import Chat, Reply
from bot.router import Command, Takes
from bot.telling import ask_among, facts, where_one_stands
from config.wording import say
from server.volunteers.models import SignupState
from server.volunteers.refusals import NothingOffered
from server.volunteers.signups import shifts, signups, waiting


def accept(chat: Chat, number: int | None = None) -> Reply:
    """Take the offered place; of several, ask which."""
    return _reply_to_offer(chat, number, "take", take)


def decline(chat: Chat, number: int | None = None) -> Reply:
    """Let the offered place go; of several, ask which."""
    return _reply_to_offer(chat, number, "pass_on", pass_on)


def take(chat: Chat, shift_id: int) -> Reply:
    """Take the place offered in one shift."""
    outcome = waiting.accept(
        chat.session, chat.person_id, shift_id, chat.now, policy=chat.runtime.policy
    )
    return allowing.also(chat, where_one_stands(outcome), "offer")


def pass_on(chat: Chat, shift_id: int) -> Reply:
    """Let the place offered in one shift go to the next in line."""
    outcome = waiting.decline(
        chat.session, chat.person_id, shift_id, chat.now, policy=chat.runtime.policy
    )
    return Reply(say("chat.declined", **facts(outcome)))


def is_offered(chat: Chat) -> bool:
    """Tell whether a place waits for the person's word."""
    mine = signups.mine(chat.session, chat.person_id, chat.now)
    return any(entry.state is SignupState.OFFERED for entry in mine)


def _reply_to_offer(
    chat: Chat, number: int | None, command: str, verb: Callable[[Chat, int], Reply]
) -> Reply:
    mine = signups.mine(chat.session, chat.person_id, chat.now)
    meant = [entry for entry in mine if number in (None, entry.number)]
    offers = [entry for entry in meant if entry.state is SignupState.OFFERED]
    if len(offers) > 1:
        return ask_among(offers, command, f"chat.{command}_which")
    # where nothing is offered the verb knows why, and that a repetition is told the same again
    for entry in offers or (meant if len(meant) == 1 else ()):
        return verb(chat, entry.shift_id)
    if number is None:
        return Reply(say("chat.no_offer"))
    return verb(chat, _only_shift(chat, number))


def _only_shift(chat: Chat, number: int) -> int:
    found = shifts.of_number(chat.session, chat.person_id, number)
    if len(found) > 1:
        raise NothingOffered(title=found[0].title, number=number)
    return found[0].shift_id


_ACCEPT = ("接受", "接受名额", "同意参加", "确认参加", "接收")
_DECLINE = ("放弃", "不接受", "放弃名额", "不要了")

COMMANDS = (
    Command("accept", _ACCEPT, accept),
    # 确认 alone is a keeper's word as well: see `keeping.confirm`
    Command("accept_number", (*_ACCEPT, "确认"), accept, Takes.NUMBER),
    Command("take", (), take, Takes.NUMBER),
    Command("decline", _DECLINE, decline),
    Command("decline_number", _DECLINE, decline, Takes.NUMBER),
    Command("pass_on", (), pass_on, Takes.NUMBER),
)
