"""代汇报 张三: a contact puts down what a member tells on the phone, one question at a time.

What was put down so far goes along with the question that is open, sealed like all of them, and
into the report once the whole of it is handed in: what a member is writing themselves stays theirs.
"""

from typing import Any

from bot import party_asking
from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.party_asking import lines
from bot.party_contacts import reach_of
from bot.privately import privately
from bot.router import Command
from config.wording import say
from server.errors import Refusal
from server.party.reports import answers, proxies, windows
from server.party.reports.answers import QUESTIONS, Answers
from server.party.reports.sheets import Sheet
from server.party.reports.windows import Standing
from server.people.models import Channel

OURS = "party_told"
BACK = "上一步"
"""Behind this word stands the question before, with all that was put down."""
Entry = tuple[int, str, str]
"""Of whom a report is put down: their file, their name, and the quarter."""


@privately
def begin(chat: Chat, file_id: int, this: str = "") -> Reply | None:
    """Ask the first question about a member, or what the branch has asked of them.

    `this` names the quarter that is open, while a question about an earlier one waits.
    """
    reach = reach_of(chat)
    if reach is None:
        return None
    who = chat.session, reach, file_id, chat.now
    name, sheet = proxies.show(*who, quarter=this, **_keys(chat))
    if sheet.stopped:
        return party_asking.stopped()
    quarter, entry = sheet.window.quarter, (file_id, name, str(sheet.window.quarter))
    if sheet.standing is Standing.RETURNED:
        return _returned(chat, entry, sheet)
    facts = {"name": name, "number": quarter.number, "opens": sheet.window.opens}
    if sheet.standing is Standing.ACCEPTED:
        return Reply(say("party.told_accepted", **facts), private=True)
    if chat.now < sheet.window.opens:
        return Reply(say("party.told_not_open", **facts), private=True)
    known = {one: words for one, words in sheet.said.items() if one in QUESTIONS}
    return _ask(entry, known, 0)


@privately
def answer(chat: Chat, file_id: int, name: str, quarter: str, step: int, words: str) -> Reply:
    """Put an answer down and ask the next question; what cannot be kept is asked for again."""
    entry, said = (file_id, name, quarter), _so_far(chat)
    try:
        fresh = answers.kept({QUESTIONS[step]: words})
        if party_asking.is_echo(fresh, said, step):
            return _ask(entry, said, step)
    except Refusal as refusal:
        asked = _ask(entry, said, step)
        return Reply(say(refusal.code, **refusal.facts), asked.choices, private=True)
    return _ask(entry, said | fresh, step + 1)


@privately
def keep(chat: Chat, file_id: int, name: str, quarter: str, step: int) -> Reply:
    """Let last time's answer stand, and ask the next question."""
    return _ask((file_id, name, quarter), _so_far(chat), step + 1)


@privately
def before(_chat: Chat, entry: Entry, step: int, said: Answers) -> Reply:
    """Ask the question before once more."""
    file_id, name, quarter = entry
    return _ask((file_id, name, quarter), said, max(step - 1, 0))


def back(chat: Chat) -> Reply | None:
    """Ask the question before once more, if a contact was asked one."""
    found = chat.choices.get(BACK)
    if not found or reach_of(chat) is None:
        return None
    _name, entry, step, said = found
    return before(chat, entry, step, said)


@privately
def send(chat: Chat, file_id: int, name: str, quarter: str) -> Reply | None:
    """Hand in what the member has told."""
    reach = reach_of(chat)
    if reach is None:
        return None
    who = chat.session, reach, file_id, quarter, _so_far(chat), chat.now
    proxies.submit(*who, channel=Channel.PHONE, **_keys(chat))
    choices: dict[str, Choice] = {"1": (f"{OURS}_due",)}
    return Reply(say("party.told_sent", name=name), choices, private=True)


@privately
def reply(chat: Chat, file_id: int, name: str, quarter: str, words: str) -> Reply | None:
    """Put down what the member answers to the branch's question."""
    reach = reach_of(chat)
    if reach is None:
        return None
    who = chat.session, reach, file_id, quarter, words, chat.now
    try:
        with chat.session.begin_nested():
            proxies.answer(*who, channel=Channel.PHONE, **_keys(chat))
    except Refusal as refusal:
        again: dict[str, Choice] = {
            ANY: (f"{OURS}_reply", file_id, name, quarter),
            LEAVE: (f"{OURS}_stop",),
        }
        return Reply(say(refusal.code, **refusal.facts), again, private=True)
    choices: dict[str, Choice] = {"1": (f"{OURS}_due",)}
    return Reply(say("party.told_sent", name=name), choices, private=True)


def stop(_chat: Chat) -> Reply:
    """Leave it; nothing of it was handed in."""
    return Reply(say("party.told_stopped"), private=True, ends=True)


def _ask(entry: Entry, said: Answers, step: int) -> Reply:
    """Ask a question about a member, or, past the last one, whether all of it may go."""
    _file_id, name, quarter = entry
    choices: dict[str, Choice] = {
        LEAVE: (f"{OURS}_stop",),
        BACK: (f"{OURS}_before", entry, step, said),
    }
    if step >= len(QUESTIONS):
        choices["1"] = (f"{OURS}_send", *entry)
        words = say("party.told_whole", name=name, lines=lines(said))
        return Reply(words, choices, private=True)
    known = said.get(QUESTIONS[step], "")
    choices[ANY] = (f"{OURS}_answer", *entry, step)
    if known:
        choices["1"] = (f"{OURS}_keep", *entry, step)
    words = party_asking.about(name, int(quarter[-1]), step, known)
    return Reply(words, choices, private=True)


def _returned(chat: Chat, entry: Entry, sheet: Sheet) -> Reply:
    choices: dict[str, Choice] = {ANY: (f"{OURS}_reply", *entry), LEAVE: (f"{OURS}_stop",)}
    facts = {"name": entry[1], "question": sheet.question, "number": sheet.window.quarter.number}
    words = say("party.told_returned", **facts)
    now_open = windows.current(chat.now, chat.runtime.settings.reports)
    if now_open.quarter != sheet.window.quarter and chat.now >= now_open.opens:
        choices["1"] = (f"{OURS}_begin", entry[0], str(now_open.quarter))
        words += say("party.told_first", number=now_open.quarter.number)
    return Reply(words, choices, private=True)


def _so_far(chat: Chat) -> Answers:
    """Return what was put down so far."""
    found: Any = chat.choices[BACK]
    return dict(found[-1])


def _keys(chat: Chat) -> dict[str, Any]:
    return {"rules": chat.runtime.settings.reports, "vault": chat.runtime.party}


COMMANDS = (
    Command(f"{OURS}_begin", (), begin),
    Command(f"{OURS}_answer", (), answer),
    Command(f"{OURS}_keep", (), keep),
    Command(f"{OURS}_before", (), before),
    Command(f"{OURS}_send", (), send),
    Command(f"{OURS}_reply", (), reply),
    Command(f"{OURS}_stop", (), stop),
)
