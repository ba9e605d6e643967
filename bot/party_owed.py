"""汇报名单 and 代汇报 张三: whose report a contact is still to hear, and whose they put down."""

from bot.chat import Chat, Choice, Reply
from bot.party_contacts import reach_of
from bot.party_meant import whom
from bot.party_proxies import OURS, begin
from bot.privately import privately
from bot.router import Command, Takes
from config.wording import say
from server.party.reports import due, windows

MOST = 9


@privately
def due_list(chat: Chat) -> Reply | None:
    """List the members whose report is still due, or who were asked something."""
    reach = reach_of(chat)
    if reach is None:
        return None
    rules = chat.runtime.settings.reports
    found = due.to_report(
        chat.session, reach, chat.now, limit=MOST, rules=rules, vault=chat.runtime.party
    )
    window = windows.current(chat.now, rules)
    facts = {"number": window.quarter.number, "opens": window.opens}
    if not found:
        key = "told_not_open" if chat.now < window.opens else "told_none_due"
        return Reply(say(f"party.{key}", **facts), private=True)
    numbered = list(enumerate(found, 1))
    shown = "\n".join(
        say("party.told_asked" if one.asked else "party.told_owed", place=place, name=one.name)
        for place, one in numbered
    )
    choices: dict[str, Choice] = {
        str(place): (f"{OURS}_begin", one.file_id) for place, one in numbered
    }
    return Reply(say("party.told_due", lines=shown, **facts), choices, private=True)


@privately
def named(chat: Chat, words: str) -> Reply | None:
    """Begin with whoever is named; of several of one name, ask which."""
    reach = reach_of(chat)
    if reach is None:
        return None
    return whom(
        chat,
        reach,
        words,
        lambda one: begin(chat, one.file_id),
        lambda one: (f"{OURS}_begin", one.file_id),
        nobody="party.told_nobody_meant",
        which="party.told_which",
    )


COMMANDS = (
    Command(f"{OURS}_due", ("汇报名单", "谁没汇报", "待汇报", "代汇报"), due_list, quiet=True),
    Command(
        f"{OURS}_named", ("代汇报", "代报汇报", "替汇报", "代报"), named, Takes.TEXT, quiet=True
    ),
)
