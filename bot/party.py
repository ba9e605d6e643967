"""A floating member's own file, said in chat; for everybody else there is no such word."""

from datetime import datetime

from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.privately import privately
from bot.router import Command, Takes
from config.wording import say
from server.db import Session
from server.party import own, spoken
from server.party.own import Own


@privately
def show(chat: Chat) -> Reply:
    """Show one's file, and what one may do about it."""
    mine = own.show(*_who(chat), vault=chat.runtime.party)
    choices: dict[str, Choice] = {
        "1": ("party_confirm",),
        "2": ("party_moved",),
        "3": ("party_contact",),
        "4": ("party_reads",),
    }
    return Reply(say("party.file", **_facts(mine)), choices, private=True)


@privately
def confirm(chat: Chat) -> Reply:
    """Agree that the branch keeps the file, and confirm what stands in it."""
    own.agree(*_who(chat))
    own.confirm(*_who(chat))
    return Reply(say("party.confirmed"), private=True)


@privately
def agree(chat: Chat) -> Reply:
    """Agree that the branch keeps the file."""
    own.agree(*_who(chat))
    return Reply(say("party.agreed"), private=True)


@privately
def withdraw(chat: Chat) -> Reply:
    """Take the agreement back."""
    own.withdraw(*_who(chat))
    return Reply(say("party.withdrawn"), private=True)


@privately
def ask_moved(chat: Chat) -> Reply:
    """Ask what has changed, all at once."""
    own.require(chat.session, chat.person_id)
    choices: dict[str, Choice] = {ANY: ("party_moved_said",), LEAVE: ("party_stop",)}
    return Reply(say("party.ask_moved"), choices, private=True)


@privately
def moved(chat: Chat, words: str) -> Reply:
    """Write down what has changed, told once."""
    changes, vault = spoken.changes(words), chat.runtime.party
    mine = own.move(chat.session, chat.person_id, changes, chat.now, vault=vault)
    return Reply(say("party.moved", **_facts(mine)), {"1": ("party_file",)}, private=True)


def stop(_chat: Chat) -> Reply:
    """Leave the question; nothing is changed."""
    return Reply(say("party.stopped"), private=True, ends=True)


@privately
def contact(chat: Chat) -> Reply:
    """Tell who keeps in touch with one."""
    found = own.contact(*_who(chat), vault=chat.runtime.vault)
    if found is None:
        return Reply(say("party.no_contact"), private=True)
    phone = say("party.contact_phone", phone=found.phone) if found.phone else ""
    return Reply(say("party.contact", name=found.name, phone=phone), private=True)


@privately
def reads(chat: Chat) -> Reply:
    """Tell who has looked at one's file."""
    seen = own.reads(*_who(chat), vault=chat.runtime.vault)
    if not seen:
        return Reply(say("party.unread"), private=True)
    lines = "\n".join(
        say("party.read", at=one.at, who=one.who, part=say(f"copies.look_{one.part}"))
        for one in seen
    )
    return Reply(say("party.reads", lines=lines), private=True)


def _who(chat: Chat) -> tuple[Session, int, datetime]:
    return chat.session, chat.person_id, chat.now


def _facts(mine: Own) -> dict[str, str]:
    facts, none = mine.facts, say("party.untold")
    words = {
        "name": facts.name,
        "phone": facts.phone.removeprefix("+86"),
        "place": facts.place,
        "employer": facts.employer,
        "reason": facts.reason,
        "left": facts.left_on.isoformat() if facts.left_on else "",
        "arrived": facts.arrived_on.isoformat() if facts.arrived_on else "",
        "home": mine.home,
        "host": mine.host or "",
        "state": say(f"copies.filestate_{mine.file.state}"),
    }
    consent = say("party.agrees" if mine.agrees else "party.asks_consent")
    return {name: said or none for name, said in words.items()} | {"consent": consent}


COMMANDS = (
    Command(
        "party_file",
        ("我的档案", "档案", "流动党员", "我的党员档案", "党员档案"),
        show,
        quiet=True,
    ),
    Command("party_confirm", ("确认档案", "档案确认", "档案无误"), confirm, quiet=True),
    Command("party_agree", ("同意保存档案",), agree, quiet=True),
    Command("party_withdraw", ("撤回档案同意", "不同意保存档案"), withdraw, quiet=True),
    Command("party_moved", ("搬家", "搬家了", "我搬家了"), ask_moved, quiet=True),
    Command(
        "party_moved_said", ("搬家了", "搬家", "我搬家了", "我搬家"), moved, Takes.TEXT, quiet=True
    ),
    Command("party_stop", (), stop),
    Command("party_contact", ("联系人", "我的联系人"), contact, quiet=True),
    Command("party_reads", ("谁看过我的档案", "谁看过档案", "档案查看记录"), reads, quiet=True),
)
