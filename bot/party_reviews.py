"""考评: what the branch says of a member's quarter, and what the member says to it."""

from datetime import datetime
from typing import Any

from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.privately import privately
from bot.router import Command
from config.wording import say
from server.db import Session
from server.party.models import ReviewState
from server.party.quarters import Quarter
from server.party.reviews import answering
from server.party.reviews.answering import Shown
from server.party.reviews.grades import Fact, Marks
from server.party.reviews.terms import Rules
from server.people.models import Channel

OURS = "party_review"


@privately
def begin(chat: Chat) -> Reply:
    """Show the latest review to which something may be said, or else the latest of all."""
    who, settings = _who(chat), chat.runtime.settings
    rules = Rules(settings.reports, settings.reviews)
    found = answering.mine(*who, rules=rules, vault=chat.runtime.party)
    if not found:
        return Reply(say("party.review_none"), private=True)
    first = next((one for one in found if _choices(one)), found[0])
    words = _told(first) + _earlier([one for one in found if one is not first])
    return Reply(words, _choices(first), private=True)


@privately
def fine(chat: Chat, quarter: str) -> Reply:
    """Have nothing to say against it."""
    session, person_id, now = _who(chat)
    answering.acknowledge(session, person_id, quarter, now, channel=Channel.CHAT)
    return Reply(say("party.review_fine"), private=True)


@privately
def ask(_chat: Chat, quarter: str) -> Reply:
    """Ask what somebody has to say."""
    choices: dict[str, Choice] = {ANY: (f"{OURS}_said", quarter), LEAVE: (f"{OURS}_stop",)}
    return Reply(say("party.review_ask"), choices, private=True)


@privately
def said(chat: Chat, quarter: str, words: str) -> Reply:
    """Object in words."""
    session, person_id, now = _who(chat)
    how: dict[str, Any] = {"channel": Channel.CHAT, "vault": chat.runtime.party}
    answering.object_to(session, person_id, quarter, words, now, **how)
    return Reply(say("party.review_heard"), private=True, ends=True)


def stop(_chat: Chat) -> Reply:
    """Say nothing; nothing is changed."""
    return Reply(say("party.review_stopped"), private=True, ends=True)


def _told(shown: Shown) -> str:
    head = say("party.review_head", **_name(shown.quarter))
    if shown.verdict is None:
        return say("party.review_drafted", head=head, facts=_facts(shown.marks))
    reason = shown.verdict.reason
    facts = {"answer": shown.answer, "reply": shown.reply, "until": shown.until}
    return say(
        "party.review_told",
        head=head,
        grade=say(f"party.grade_{shown.verdict.grade}"),
        reason=say("party.review_reason", reason=reason) if reason else "",
        facts=_facts(shown.marks),
        state=say(f"party.review_{shown.state}", **facts),
    )


def _choices(shown: Shown) -> dict[str, Choice]:
    quarter = str(shown.quarter)
    if shown.state is ReviewState.SHOWN:
        return {"1": (f"{OURS}_fine", quarter), "2": (f"{OURS}_ask", quarter)}
    if shown.state in (ReviewState.ACKNOWLEDGED, ReviewState.OBJECTED):
        return {"1": (f"{OURS}_ask", quarter)}
    return {}


def _facts(marks: Marks) -> str:
    return "\n".join(
        say("party.review_fact", name=say(f"party.fact_{fact}_name"), why=marks[fact].why)
        for fact in Fact
    )


def _earlier(earlier: list[Shown]) -> str:
    lines = "；".join(
        say(
            "party.review_earlier_one",
            **_name(one.quarter),
            grade=say(f"party.grade_{one.verdict.grade}"),
        )
        for one in earlier
        if one.verdict
    )
    return say("party.review_earlier", lines=lines) if lines else ""


def _name(quarter: Quarter) -> dict[str, int]:
    return {"year": quarter.year, "number": quarter.number}


def _who(chat: Chat) -> tuple[Session, int, datetime]:
    return chat.session, chat.person_id, chat.now


COMMANDS = (
    Command(OURS, ("考评", "季度考评", "我的考评", "一季一考评", "考核"), begin, quiet=True),
    Command(f"{OURS}_fine", (), fine),
    Command(f"{OURS}_ask", (), ask),
    Command(f"{OURS}_said", (), said),
    Command(f"{OURS}_stop", (), stop),
)
