"""汇报: a member's quarterly report, one question at a time; last time's answers take one number.

What was answered is kept at once, so a silence of days, another phone or a retry loses nothing.
"""

from typing import Any

from bot import party_asking, party_proxies, party_returned
from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.party_asking import OURS, lines
from bot.privately import privately
from bot.router import Command
from config.wording import say
from server.errors import Refusal
from server.party.reports import reports
from server.party.reports.answers import QUESTIONS, Answers, kept
from server.party.reports.sheets import Sheet
from server.party.reports.windows import Standing
from server.people.models import Channel


@privately
def begin(chat: Chat) -> Reply:
    """Ask the next question, or what the branch asks; or tell what was handed in."""
    sheet = _shown(chat)
    return (
        party_returned.ask(chat, sheet)
        if sheet.standing is Standing.RETURNED
        else _go_on(chat, sheet)
    )


@privately
def this(chat: Chat, quarter: str) -> Reply:
    """Go on with the quarter that is open, while a question about an earlier one waits."""
    return _go_on(chat, _shown(chat, quarter))


def _go_on(chat: Chat, sheet: Sheet) -> Reply:
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
    return party_asking.stopped() if sheet.stopped else _ask(sheet, sheet.step)


@privately
def answer(chat: Chat, quarter: str, step: int, words: str) -> Reply:
    """Keep an answer and ask the next question; what cannot be kept is asked for again."""
    question = QUESTIONS[step]
    try:
        with chat.session.begin_nested():
            if _is_echo(chat, quarter, step, words):
                return _ask(_shown(chat, quarter), step)
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
    known = _at_hand(chat, quarter).said.get(question, "")
    return _ask(_draft(chat, quarter, {question: known}, step + 1), step + 1)


@privately
def back(chat: Chat) -> Reply | None:
    """Ask the question before once more; to a contact the one they have just put down."""
    quarter = _open_now(chat)
    if quarter is None:
        return party_proxies.back(chat)
    step = max(_at_hand(chat, quarter).step - 1, 0)
    return _ask(_draft(chat, quarter, {}, step), step)


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
    return Reply(say(key, number=sheet.window.quarter.number), private=True, ends=True)


@privately
def stop(_chat: Chat) -> Reply:
    """Leave the report for later; what was answered is kept."""
    return Reply(say("party.report_stopped"), private=True, ends=True)


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


def _draft(chat: Chat, quarter: str, said: Answers, step: int) -> Sheet:
    who = chat.session, chat.person_id, quarter
    return reports.draft(*who, said, chat.now, step=step, **_keys(chat))


def _shown(chat: Chat, quarter: str = "") -> Sheet:
    who = chat.session, chat.person_id, chat.now
    return reports.show(*who, quarter=quarter, **_keys(chat))


def _at_hand(chat: Chat, quarter: str) -> Sheet:
    return reports.at_hand(chat.session, chat.person_id, quarter, chat.now, **_keys(chat))


def _is_echo(chat: Chat, quarter: str, step: int, words: str) -> bool:
    if not step or len(words) < party_asking.ECHO:
        return False
    sheet, fresh = _at_hand(chat, quarter), kept({QUESTIONS[step]: words})
    return sheet.drafted and party_asking.is_echo(fresh, sheet.said, step)


def _open_now(chat: Chat) -> str | None:
    """Return the quarter of whose report a question was asked last."""
    asked = (each for each in chat.choices.values() if each[0].startswith(OURS))
    return next((each[1] for each in asked if len(each) > 1), None)


def _keys(chat: Chat) -> dict[str, Any]:
    return {"rules": chat.runtime.settings.reports, "vault": chat.runtime.party}


COMMANDS = (
    Command(f"{OURS}_begin", ("汇报", "季度汇报", "我的汇报", "一季一汇报"), begin, quiet=True),
    Command(f"{OURS}_this", (), this),
    Command(f"{OURS}_answer", (), answer),
    Command(f"{OURS}_keep", (), keep),
    Command(f"{OURS}_back", ("上一步", "返回上一步"), back, quiet=True),
    Command(f"{OURS}_anew", (), anew),
    Command(f"{OURS}_send", ("提交汇报", "交汇报"), send, quiet=True),
    Command(f"{OURS}_stop", (), stop),
)
