"""What a contact says in chat: whom they are still to call, and that they did."""

from collections.abc import Callable

from bot.chat import Chat, Choice, Reply
from bot.party_meant import whom
from bot.privately import privately
from bot.router import Command, Takes
from config.wording import say
from server.party import contacts, desk, greetings, quarters, spoken
from server.party.contacts import Touch
from server.party.models import Way
from server.party.spoken import Said
from server.people.models import Channel
from server.staff import reach as reaches
from server.staff.reach import Reach

MOST = 9
WAYS = (
    (Way.PHONE, True),
    (Way.MESSAGE, True),
    (Way.VISIT, True),
    (Way.PHONE, False),
)
"""How somebody was in touch, by the number that says so; the last is a try in vain."""


@privately
def due(chat: Chat) -> Reply | None:
    """List the members whom nobody has reached this quarter."""
    reach = reach_of(chat)
    if reach is None:
        return None
    who = chat.session, reach, chat.now
    found = desk.to_touch(*who, limit=MOST, vault=chat.runtime.party)
    quarter = quarters.of(chat.now)
    kind = greetings.line(chat.now, chat.runtime.settings.greetings)
    if not found:
        words = say("party.none_due", number=quarter.number)
        return Reply(f"{words}\n{kind}".strip(), private=True)
    numbered = list(enumerate(found, 1))
    lines = "\n".join(f"{place}. {name}" for place, (_file, name) in numbered)
    choices: dict[str, Choice] = {
        str(place): ("party_touch", file_id) for place, (file_id, _name) in numbered
    }
    words = say("party.due", number=quarter.number, lines=lines)
    return Reply(f"{words}\n{kind}".strip(), choices, private=True)


@privately
def ask_way(chat: Chat, file_id: int) -> Reply | None:
    """Ask how one was in touch with somebody of the list."""
    if reach_of(chat) is None:
        return None
    choices: dict[str, Choice] = {
        str(place): ("party_log", file_id, way, reached)
        for place, (way, reached) in enumerate(WAYS, 1)
    }
    return Reply(say("party.ask_way"), choices, private=True)


@privately
def log(chat: Chat, file_id: int, way: str, reached: bool, note: str = "") -> Reply | None:
    """Write down that one was in touch, or tried."""
    reach = reach_of(chat)
    if reach is None:
        return None
    touch = Touch(Way(way), reached, note)
    who, vault = (chat.session, reach, file_id), chat.runtime.party
    contacts.log(*who, touch, chat.now, channel=Channel.CHAT, vault=vault)
    key = "party.logged" if reached else "party.logged_in_vain"
    return Reply(say(key), {"1": ("party_due",)}, private=True)


@privately
def log_line(chat: Chat, words: str) -> Reply | None:
    """Write down one line: who, how, and what there is to remember."""
    return _lined(chat, words, spoken.understood)


@privately
def log_line_in_vain(chat: Chat, words: str) -> Reply | None:
    """Write down one line: whom one has tried to reach in vain."""
    return _lined(chat, words, lambda rest: spoken.understood(rest)._replace(reached=False))


def _lined(chat: Chat, words: str, understood: Callable[[str], Said]) -> Reply | None:
    reach = reach_of(chat)
    if reach is None:
        return None
    return whom(
        chat,
        reach,
        words,
        lambda one: log(chat, one.file_id, *understood(one.rest)),
        lambda one: ("party_log", one.file_id, *understood(one.rest)),
        nobody="party.nobody_meant",
        which="party.which",
    )


def reach_of(chat: Chat) -> Reach | None:
    """Return how far somebody reaches who is a member's contact; None for everybody else."""
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    return reach if contacts.is_contact(chat.session, reach, chat.now) else None


COMMANDS = (
    Command(
        "party_due",
        ("联系名单", "待联系", "联系谁", "联系任务", "联系了", "已联系", "联系不上"),
        due,
        quiet=True,
    ),
    Command("party_touch", (), ask_way),
    Command("party_log", (), log),
    Command(
        "party_log_line",
        ("联系了", "联系过", "已联系", "走访了"),
        log_line,
        Takes.TEXT,
        quiet=True,
    ),
    Command(
        "party_log_line_in_vain",
        ("联系不上", "没联系上", "没有联系上"),
        log_line_in_vain,
        Takes.TEXT,
        quiet=True,
    ),
)
