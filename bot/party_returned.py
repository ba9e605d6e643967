"""What the branch asks about a report: shown to the member, and answered with one message."""

from bot import party_asking
from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.party_asking import OURS
from bot.privately import privately
from bot.router import Command
from config.wording import say
from server.errors import Refusal
from server.party.reports import reports, windows
from server.party.reports.sheets import Sheet
from server.people.models import Channel


def ask(chat: Chat, sheet: Sheet) -> Reply:
    """Ask what the branch asks; whatever is said is the answer to it.

    Nobody is kept from the report that is open: it may be written first.
    """
    if sheet.stopped:
        return party_asking.stopped()
    quarter = str(sheet.window.quarter)
    choices: dict[str, Choice] = {
        ANY: (f"{OURS}_reply", quarter),
        "1": (f"{OURS}_anew", quarter),
        LEAVE: (f"{OURS}_stop",),
    }
    facts = {"number": sheet.window.quarter.number, "question": sheet.question, "first": ""}
    now_open = windows.current(chat.now, chat.runtime.settings.reports)
    if now_open.quarter != sheet.window.quarter and chat.now >= now_open.opens:
        choices["2"] = (f"{OURS}_this", str(now_open.quarter))
        facts["first"] = say("party.report_first", number=now_open.quarter.number)
    return Reply(say("party.report_returned_to_you", **facts), choices, private=True)


@privately
def reply(chat: Chat, quarter: str, words: str) -> Reply:
    """Answer the one question of the branch; what cannot be kept is asked for again."""
    who = chat.session, chat.person_id, quarter, words, chat.now
    rules, vault = chat.runtime.settings.reports, chat.runtime.party
    try:
        with chat.session.begin_nested():
            sheet = reports.answer(*who, channel=Channel.CHAT, rules=rules, vault=vault)
    except Refusal as refusal:
        again: dict[str, Choice] = {ANY: (f"{OURS}_reply", quarter), LEAVE: (f"{OURS}_stop",)}
        return Reply(say(refusal.code, **refusal.facts), again, private=True)
    number = sheet.window.quarter.number
    return Reply(say("party.report_replied", number=number), private=True, ends=True)


COMMANDS = (Command(f"{OURS}_reply", (), reply),)
