"""反馈: the letter of a year, read and answered; 我的困难: what one needs until it is solved."""

from datetime import datetime

from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.privately import privately
from bot.router import Command
from config.wording import say
from server.db import Session
from server.party.letters import answering, layout, reading
from server.party.letters.answering import THANKS, Answer
from server.party.letters.facts import short
from server.party.letters.letters import Letter
from server.party.needs import views
from server.party.needs.views import Need
from server.party.needs.words import tells
from server.people.models import Channel
from server.wechat.replies import shortened

OURS = "party_letter"
SHOWN = 8
"""Needs of a list: with their words cut short they fit WeChat's 2048 bytes."""
OLDER = 3
"""Letters of earlier years that a number leads to."""
ROOM = 1_500
"""Bytes of a letter, beside what stands around it."""


@privately
def show(chat: Chat, year: int = 0) -> Reply:
    """Show the latest letter, or that of a year, and how to answer it."""
    found = reading.mine(*_who(chat), vault=chat.runtime.party)
    if not found:
        return Reply(say("party.no_letter"), private=True)
    letter = next((one for one in found if one.year == year), found[0])
    return _shown(letter, [one.year for one in found if one is not letter])


@privately
def record(chat: Chat, year: int) -> Reply:
    """Show what the year has brought, where the letter had no room for it."""
    letter = reading.one(chat.session, chat.person_id, year, chat.now, vault=chat.runtime.party)
    words = say("party.letter_record_shown", year=year, record=layout.record(letter))
    return Reply(words, {"1": (f"{OURS}_show", year)}, private=True)


@privately
def thank(chat: Chat, year: int) -> Reply:
    """Answer that there is nothing else."""
    _answer(chat, year, THANKS)
    return Reply(say("party.letter_thanks"), private=True)


@privately
def ask_words(chat: Chat, year: int) -> Reply:
    """Ask what the member wants to say."""
    return _asked(chat, year, "words")


@privately
def ask_need(chat: Chat, year: int) -> Reply:
    """Ask what the member needs."""
    return _asked(chat, year, "need")


@privately
def said(chat: Chat, year: int, words: str) -> Reply:
    """Keep what the member says to the letter."""
    _answer(chat, year, words)
    return Reply(say("party.letter_told"), private=True, ends=True)


@privately
def needed(chat: Chat, year: int, words: str) -> Reply:
    """Keep what the member needs, until it is solved."""
    _answer(chat, year, words, asks=True)
    key = "party.letter_need_told" if tells(words) else "party.letter_thanks"
    return Reply(say(key), private=True, ends=True)


def stop(_chat: Chat) -> Reply:
    """Leave the question; the letter stays."""
    return Reply(say("party.letter_stopped"), private=True, ends=True)


@privately
def needs(chat: Chat) -> Reply:
    """Tell what became of each need that one has told."""
    found = views.mine(*_who(chat), vault=chat.runtime.party)
    if not found:
        return Reply(say("party.needs_none"), private=True)
    numbered = list(enumerate(found[:SHOWN], 1))
    lines = "\n".join(
        f"{place}. {_need(one, short(one.words), short(one.outcome))}" for place, one in numbered
    )
    choices: dict[str, Choice] = {str(place): ("party_need", one.id) for place, one in numbered}
    return Reply(say("party.needs_mine", lines=lines), choices, private=True)


@privately
def need(chat: Chat, need_id: int) -> Reply | None:
    """Tell all of one need, and what became of it."""
    found = views.mine(*_who(chat), vault=chat.runtime.party)
    one = next((each for each in found if each.id == need_id), None)
    if one is None:
        return None
    return Reply(shortened(_need(one, one.words, one.outcome)), private=True)


def _shown(letter: Letter, others: list[int]) -> Reply:
    """Return the letter in one message, without its record where that is too long for one."""
    whole = layout.lines(letter)
    fits = len(whole.encode()) <= ROOM
    choices: dict[str, Choice] = {
        "1": (f"{OURS}_thank", letter.year),
        "2": (f"{OURS}_speak", letter.year),
        "3": (f"{OURS}_need", letter.year),
    }
    more = ""
    if not fits:
        choices["4"] = (f"{OURS}_record", letter.year)
        more = say("party.letter_more", number=4)
    for number, year in enumerate(others[:OLDER], len(choices) + 1):
        choices[str(number)] = (f"{OURS}_show", year)
        more += say("party.letter_older", number=number, year=year)
    kept = short(letter.answer)
    words = say(
        "party.letter_shown",
        year=letter.year,
        letter=whole if fits else shortened(layout.lines(letter, whole=False), ROOM),
        answered=say("party.letter_before", words=kept) if kept else "",
        more=more,
    )
    return Reply(words, choices, private=True)


def _need(one: Need, words: str, outcome: str) -> str:
    return say(
        "party.need_line_solved" if one.solved_at else "party.need_line_open",
        opened=layout.day_of(one.opened_at),
        words=words,
        solved=one.solved_at and layout.day_of(one.solved_at),
        outcome=outcome,
    )


def _asked(chat: Chat, year: int, what: str) -> Reply:
    reading.one(chat.session, chat.person_id, year, chat.now, vault=chat.runtime.party)
    then = f"{OURS}_said" if what == "words" else f"{OURS}_needed"
    choices: dict[str, Choice] = {ANY: (then, year), LEAVE: (f"{OURS}_stop",)}
    return Reply(say(f"party.letter_ask_{what}"), choices, private=True)


def _answer(chat: Chat, year: int, words: str, *, asks: bool = False) -> None:
    told = Answer(words, Channel.CHAT, asks)
    who = chat.session, chat.person_id, year, told, chat.now
    answering.answer(*who, vault=chat.runtime.party)


def _who(chat: Chat) -> tuple[Session, int, datetime]:
    return chat.session, chat.person_id, chat.now


COMMANDS = (
    Command(f"{OURS}_show", ("反馈", "年度反馈", "我的反馈", "一年一反馈"), show, quiet=True),
    Command(f"{OURS}_record", (), record),
    Command(f"{OURS}_thank", (), thank),
    Command(f"{OURS}_speak", (), ask_words),
    Command(f"{OURS}_need", (), ask_need),
    Command(f"{OURS}_said", (), said),
    Command(f"{OURS}_needed", (), needed),
    Command(f"{OURS}_stop", (), stop),
    Command(
        "party_needs", ("我的困难", "困难和请求", "我的请求", "我的困难和请求"), needs, quiet=True
    ),
    Command("party_need", (), need),
)
