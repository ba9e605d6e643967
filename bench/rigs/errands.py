"""What members of a branch and its staff do: each one a verb of the service, at a moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.party import contacts
from server.party.letters import facts, letters, sending, writing, years
from server.party.letters.words import Words
from server.party.models import PartyFile, PartyReport
from server.party.needs import needs
from server.party.reports import answers, decisions, excuses, proxies, reports
from server.party.reviews import answering, deciding, settling, showing
from server.party.reviews.deciding import Decision
from server.party.reviews.grades import Fact, Grade
from server.party.reviews.terms import Rules
from server.people.models import Channel
from server.runtime import Runtime
from server.staff import reach as reaches
from server.staff.reach import Reach


class Kind(StrEnum):
    """What is done: by the member, by staff, or by the clock."""

    DRAFT = "draft"
    CHAT = "chat"
    REST = "rest"
    PROXY = "proxy"
    SHOW = "show"
    LOOK = "look"
    ACCEPT = "accept"
    ASK = "ask"
    EXCUSE = "excuse"
    DECIDE = "decide"
    DISPLAY = "display"
    OBJECT = "object"
    FINISH = "finish"
    SETTLE = "settle"
    REPLY = "reply"
    WRITE = "write"
    SEND = "send"
    SEND_ALL = "send_all"
    NEED = "need"
    SOLVE = "solve"
    NAME = "name"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing that is done about a member's file; `by` is staff, 0 the member themselves.

    `number` is the revision that was read, the need, or whom to name; `side` tells rivals apart.
    """

    key: str
    kind: Kind
    file: int
    at: datetime
    quarter: str = ""
    by: int = 0
    words: str = ""
    number: int = 0
    side: str = ""


Verb = Callable[[Session, Errand, Runtime], object]


def do(session: Session, errand: Errand, runtime: Runtime) -> int:
    """Do it; return what number came of it, 0 where none does."""
    found = VERBS[errand.kind](session, errand, runtime)
    return found if isinstance(found, int) else 0


def said(words: str) -> dict[str, str]:
    """Return a whole report that says this."""
    return dict.fromkeys(answers.QUESTIONS, words)


def _keys(runtime: Runtime) -> dict[str, Any]:
    return {"rules": runtime.settings.reports, "vault": runtime.party}


def _both(runtime: Runtime) -> dict[str, Any]:
    return {"vault": runtime.party, "names": runtime.vault}


def _staff(session: Session, one: Errand) -> Reach:
    return reaches.of(session, one.by, one.at)


def _draft(session: Session, one: Errand, runtime: Runtime) -> None:
    """Write one answer down and leave it at that; nobody ever hands it in."""
    told = {"work": one.words}
    reports.draft(session, one.file, one.quarter, told, one.at, **_keys(runtime))


def _chat(session: Session, one: Errand, runtime: Runtime) -> int:
    """Answer all questions, then hand in what was written, as the chat does."""
    mine = session, one.file, one.quarter
    reports.draft(*mine, said(one.words), one.at, **_keys(runtime))
    reports.submit(*mine, one.at, channel=Channel.CHAT, **_keys(runtime))
    return _number(session, one)


def _rest(session: Session, one: Errand, runtime: Runtime) -> int:
    how: dict[str, Any] = {"said": said(one.words), "channel": Channel.MINIPROGRAM}
    reports.submit(session, one.file, one.quarter, one.at, **how, **_keys(runtime))
    return _number(session, one)


def _proxy(session: Session, one: Errand, runtime: Runtime) -> int:
    what = one.file, one.quarter, said(one.words), one.at
    proxies.submit(session, _staff(session, one), *what, channel=Channel.PHONE, **_keys(runtime))
    return _number(session, one)


def _number(session: Session, one: Errand) -> int:
    mine = PartyReport.file_id == one.file, PartyReport.quarter == one.quarter
    return session.scalar(select(PartyReport.number).where(*mine)) or 0


def _show(session: Session, one: Errand, runtime: Runtime) -> None:
    reports.show(session, one.file, one.at, quarter=one.quarter, **_keys(runtime))


def _look(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one), one.file
    proxies.show(*who, one.at, quarter=one.quarter, **_keys(runtime))


def _accept(session: Session, one: Errand, _runtime: Runtime) -> None:
    who = session, _staff(session, one), one.file
    decisions.accept(*who, one.quarter, one.number, one.at)


def _ask(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one), one.file
    decisions.ask(*who, one.quarter, one.number, one.words, one.at, vault=runtime.party)


def _excuse(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one), one.file
    how: dict[str, Any] = {"channel": Channel.PHONE} | _keys(runtime)
    excuses.excuse(*who, one.quarter, one.words, one.at, **how)


def _decide(session: Session, one: Errand, runtime: Runtime) -> None:
    decision = Decision(Grade.BASIC, set(Fact), one.words)
    keys: dict[str, Any] = {
        "vault": runtime.party,
        "names": runtime.vault,
        "rules": _rules(runtime),
    }
    who = session, _staff(session, one), one.file
    deciding.decide(*who, one.quarter, decision, one.at, **keys)


def _rules(runtime: Runtime) -> Rules:
    return Rules(runtime.settings.reports, runtime.settings.reviews)


def _display(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one)
    showing.show(*who, one.quarter, [one.file], one.at, **_both(runtime))


def _object(session: Session, one: Errand, runtime: Runtime) -> None:
    what = one.file, one.quarter, one.words, one.at
    answering.object_to(session, *what, channel=Channel.CHAT, vault=runtime.party)


def _finish(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one), one.file
    showing.finish(*who, one.quarter, one.at, rules=_rules(runtime))


def _settle(session: Session, one: Errand, runtime: Runtime) -> None:
    settling.settle(session, one.at, runtime.settings.reviews)


def _reply(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one), one.file
    how: dict[str, Any] = {
        "grade": None,
        "revision": one.number,
        "vault": runtime.party,
        "names": runtime.vault,
    }
    showing.reply(*who, one.quarter, one.words, one.at, **how)


def _write(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one), one.file
    writing.write(*who, years.latest(one.at), Words(one.words), 0, one.at, vault=runtime.party)


def _send(session: Session, one: Errand, runtime: Runtime) -> None:
    """Send a letter as it stands at this moment."""
    year, keys = years.latest(one.at), _keys(runtime)
    file, row = session.get_one(PartyFile, one.file), letters.of(session, one.file, year)
    seen = ""
    if row is not None:
        known = facts.gather(session, [file], year, one.at, **keys)[one.file]
        seen = letters.mark(letters.opened(row, runtime.party, known), runtime.party)
    sending.send(session, _staff(session, one), one.file, year, seen, one.at, **keys)


def _send_all(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one), 1
    sending.send_all(*who, years.latest(one.at), one.at, **_keys(runtime))


def _need(session: Session, one: Errand, runtime: Runtime) -> int:
    who = session, _staff(session, one), one.file
    return needs.put_down(*who, one.words, one.at, channel=Channel.PHONE, vault=runtime.party)


def _solve(session: Session, one: Errand, runtime: Runtime) -> None:
    who = session, _staff(session, one), one.number
    needs.solve(*who, one.words, one.at, vault=runtime.party)


def _name(session: Session, one: Errand, _runtime: Runtime) -> None:
    contacts.name(session, _staff(session, one), one.file, one.number, one.at)


def _hand_over(session: Session, one: Errand, _runtime: Runtime) -> int:
    """Hand over whoever the person of this file is contact of."""
    return contacts.hand_over(session, _staff(session, one), one.file, one.number, one.at)


VERBS: Mapping[Kind, Verb] = {
    Kind.DRAFT: _draft,
    Kind.CHAT: _chat,
    Kind.REST: _rest,
    Kind.PROXY: _proxy,
    Kind.SHOW: _show,
    Kind.LOOK: _look,
    Kind.ACCEPT: _accept,
    Kind.ASK: _ask,
    Kind.EXCUSE: _excuse,
    Kind.DECIDE: _decide,
    Kind.DISPLAY: _display,
    Kind.OBJECT: _object,
    Kind.FINISH: _finish,
    Kind.SETTLE: _settle,
    Kind.REPLY: _reply,
    Kind.WRITE: _write,
    Kind.SEND: _send,
    Kind.SEND_ALL: _send_all,
    Kind.NEED: _need,
    Kind.SOLVE: _solve,
    Kind.NAME: _name,
    Kind.HAND_OVER: _hand_over,
}
