"""汇报: a member's quarterly report, one question at a time; last time's answers take one number.

What was answered is kept at once, so a silence of days, another phone or a retry loses nothing.
"""

from datetime import datetime
from typing import Any

from bot import party_asking, party_proxies
from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.party_asking import lines
from bot.privately import privately
from bot.router import Command
from config.wording import say
from server.db import Session
from server.errors import Refusal
from server.party.reports import reports
from server.party.reports.answers import QUESTIONS, Answers, kept
from server.party.reports.sheets import Sheet
from server.party.reports.windows import Standing
from server.people.models import Channel

OURS = "party_report"


@privately
def begin(chat: Chat) -> Reply:
    """Ask the next question, or what the branch asks; or tell what was handed in."""
    sheet = reports.show(*_who(chat), **_keys(chat))
    if sheet.standing is Standing.RETURNED and not sheet.drafted:
        return _returned(sheet)
    if sheet.handed_in is not None and not sheet.drafted:
        return _told(sheet)
    if chat.now < sheet.window.opens:
        return Reply(
            say(
                "party.report_not_open",
                number=sheet.window.quarter.number,
                opens=sheet.window.opens,
            ),
            private=True,
        )
    return _ask(sheet, sheet.step)


@privately
def answer(chat: Chat, quarter: str, step: int, words: str) -> Reply:
    """Keep an answer and ask the next question; what cannot be kept is asked for again."""
    question = QUESTIONS[step]
    try:
        with chat.session.begin_nested():
            if _is_echo(chat, step, words):
                return _ask(reports.show(*_who(chat), **_keys(chat)), step)
            sheet = _draft(chat, quarter, {question: words}, step + 1)
    except Refusal as refusal:
        again: dict[str, Choice] = {
            ANY: (f"{OURS}_answer", quarter, step),
            LEAVE: (f"{OURS}_stop",),
        }
        return Reply(say(refusal.code, **refusal.facts), again, private=True)
    return _ask(sheet, step + 1)


@privately
def keep(chat: Chat, quarter: str, step: int) -> Reply:
    """Let last time's answer stand, and ask the next question."""
    question = QUESTIONS[step]
    sheet = reports.show(*_who(chat), **_keys(chat))
    return _ask(_draft(chat, quarter, {question: sheet.said.get(question, "")}, step + 1), step + 1)


@privately
def back(chat: Chat) -> Reply | None:
    """Ask the question before once more; to a contact the one they have just put down."""
    if not _is_open(chat):
        return party_proxies.back(chat)
    sheet = reports.show(*_who(chat), **_keys(chat))
    step = max(sheet.step - 1, 0)
    return _ask(_draft(chat, str(sheet.window.quarter), {}, step), step)


@privately
def anew(chat: Chat, quarter: str) -> Reply:
    """Begin to write anew what was handed in; until then that stays in force."""
    return _ask(_draft(chat, quarter, {}, 0), 0)


@privately
def send(chat: Chat, quarter: str = "") -> Reply:
    """Hand the report in that was shown, or by its word what was written so far."""
    who, keys = (chat.session, chat.person_id), _keys(chat)
    named = quarter or str(reports.turn(*who, chat.now, rules=keys["rules"]))
    sheet = reports.submit(*who, named, chat.now, channel=Channel.CHAT, **keys)
    late = sheet.standing is Standing.SUBMITTED_LATE
    key = "party.report_sent_late" if late else "party.report_sent"
    return Reply(say(key, number=sheet.window.quarter.number), private=True)


@privately
def reply(chat: Chat, quarter: str, words: str) -> Reply:
    """Answer the one question of the branch; what cannot be kept is asked for again."""
    who = chat.session, chat.person_id, quarter, words, chat.now
    try:
        with chat.session.begin_nested():
            sheet = reports.answer(*who, channel=Channel.CHAT, **_keys(chat))
    except Refusal as refusal:
        again: dict[str, Choice] = {ANY: (f"{OURS}_reply", quarter), LEAVE: (f"{OURS}_stop",)}
        return Reply(say(refusal.code, **refusal.facts), again, private=True)
    number = sheet.window.quarter.number
    return Reply(say("party.report_replied", number=number), private=True)


@privately
def stop(_chat: Chat) -> Reply:
    """Leave the report for later; what was answered is kept."""
    return Reply(say("party.report_stopped"), private=True)


def _ask(sheet: Sheet, step: int) -> Reply:
    """Ask a question, or, past the last one, whether all of it may go."""
    quarter, number = str(sheet.window.quarter), sheet.window.quarter.number
    leave: dict[str, Choice] = {LEAVE: (f"{OURS}_stop",)}
    if step >= len(QUESTIONS):
        words = say("party.report_whole", lines=lines(sheet.said))
        return Reply(words, leave | {"1": (f"{OURS}_send", quarter)}, private=True)
    known = sheet.said.get(QUESTIONS[step], "")
    choices = leave | {ANY: (f"{OURS}_answer", quarter, step)}
    if known:
        choices["1"] = (f"{OURS}_keep", quarter, step)
    return Reply(party_asking.question(number, step, known), choices, private=True)


def _told(sheet: Sheet) -> Reply:
    facts = {"number": sheet.window.quarter.number, "lines": lines(sheet.handed_in or {})}
    if sheet.standing is Standing.ACCEPTED:
        return Reply(say("party.report_told_accepted", **facts), private=True)
    choices: dict[str, Choice] = {"1": (f"{OURS}_anew", str(sheet.window.quarter))}
    return Reply(say("party.report_told", **facts), choices, private=True)


def _returned(sheet: Sheet) -> Reply:
    """Ask what the branch asks; whatever is said is the answer to it."""
    quarter = str(sheet.window.quarter)
    choices: dict[str, Choice] = {
        ANY: (f"{OURS}_reply", quarter),
        "1": (f"{OURS}_anew", quarter),
        LEAVE: (f"{OURS}_stop",),
    }
    facts = {"number": sheet.window.quarter.number, "question": sheet.question}
    return Reply(say("party.report_returned_to_you", **facts), choices, private=True)


def _draft(chat: Chat, quarter: str, said: Answers, step: int) -> Sheet:
    who = chat.session, chat.person_id, quarter
    return reports.draft(*who, said, chat.now, step=step, **_keys(chat))


def _is_echo(chat: Chat, step: int, words: str) -> bool:
    if not step or len(words) < party_asking.ECHO:
        return False
    sheet, fresh = reports.show(*_who(chat), **_keys(chat)), kept({QUESTIONS[step]: words})
    return sheet.drafted and party_asking.is_echo(fresh, sheet.said, step)


def _who(chat: Chat) -> tuple[Session, int, datetime]:
    return chat.session, chat.person_id, chat.now


def _is_open(chat: Chat) -> bool:
    """Tell whether a question of the report was asked last."""
    return any(choice[0].startswith(OURS) for choice in chat.choices.values())


def _keys(chat: Chat) -> dict[str, Any]:
    return {"rules": chat.runtime.settings.reports, "vault": chat.runtime.party}


COMMANDS = (
    Command(f"{OURS}_begin", ("汇报", "季度汇报", "我的汇报", "一季一汇报"), begin, quiet=True),
    Command(f"{OURS}_answer", (), answer),
    Command(f"{OURS}_keep", (), keep),
    Command(f"{OURS}_back", ("上一步", "返回上一步"), back, quiet=True),
    Command(f"{OURS}_anew", (), anew),
    Command(f"{OURS}_send", ("提交汇报", "交汇报"), send, quiet=True),
    Command(f"{OURS}_reply", (), reply),
    Command(f"{OURS}_stop", (), stop),
)
