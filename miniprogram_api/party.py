"""A floating member's own file: read, agreed to, confirmed, and told anew when one has moved."""

from datetime import date
from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Moment, Out
from miniprogram_api.texts import NO_NUL
from server.party import own, waiting
from server.party.models import FileState, Look
from server.party.own import Moved, Own
from server.party.refusals import (
    ConsentWithdrawn,
    LooksLikeId,
    NothingSaid,
    NothingThere,
    TooLong,
)
from server.people.profile import BadPhone

api = Api("party", __name__)

Told = Annotated[str, Field(max_length=200, pattern=NO_NUL)]


class PartyFileOut(Out):
    """One's own file. `agrees` tells whether one agrees that the branch keeps it."""

    model_config = exampled(
        {
            "state": "active",
            "name": "示例·王小红",
            "phone": "13800000000",
            "place": "示例市示例区示例路1号",
            "employer": "示例物流公司",
            "reason": "务工",
            "card_no": None,
            "left_on": "2026-01-05",
            "arrived_on": "2026-01-08",
            "home": "示例村党支部",
            "host": None,
            "agrees": True,
            "confirmed_at": "2026-03-09T09:00:00+08:00",
        }
    )

    state: FileState
    name: str
    phone: str | None
    place: str | None
    employer: str | None
    reason: str | None
    card_no: str | None
    left_on: date | None
    arrived_on: date | None
    home: str
    host: str | None
    agrees: bool
    confirmed_at: Moment | None


class MovedIn(Strict):
    """What has changed; what is left out has not."""

    model_config = exampled({"place": "示例市示例区示例路2号", "employer": None, "phone": None})

    place: Told | None = None
    employer: Told | None = None
    phone: Told | None = None


class ContactOut(Out):
    """Who keeps in touch with one; `name` is null while nobody is named."""

    model_config = exampled(
        {"name": "示例·李明", "phone": "13900000000", "since": "2026-03-09T09:00:00+08:00"}
    )

    name: str | None
    phone: str | None
    since: Moment | None


class ReadOut(Out):
    """That somebody has looked at a part of one's file."""

    at: Moment
    who: str
    part: Look


class ReadsOut(Out):
    """Who else has looked at one's file lately, the latest first."""

    model_config = exampled(
        {"items": [{"at": "2026-03-09T09:00:00+08:00", "who": "示例·李明", "part": "file"}]}
    )

    items: list[ReadOut]


class WaitsOut(Out):
    """Something that waits for one: the word of the chat that answers it, and what to read."""

    word: str
    line: str


class WaitingOut(Out):
    """What waits for one just now; empty while nothing does."""

    model_config = exampled({"items": [{"word": "汇报", "line": "第1季度汇报，4月10日前交"}]})

    items: list[WaitsOut]


@api.get("/party/waiting", refuses=(NothingThere,), logged=True)
def waits(call: Call) -> WaitingOut:
    """Tell what waits for one: the quarter's report, one's file."""
    rules = call.runtime.settings.reports
    found = waiting.of(call.session, call.person_id, call.now, rules=rules)
    return WaitingOut(items=[WaitsOut(word=each.word, line=each.line) for each in found])


@api.get("/party/file", refuses=(NothingThere,), logged=True)
def file(call: Call) -> PartyFileOut:
    """Show one's own file."""
    return _shown(own.show(call.session, call.person_id, call.now, vault=call.runtime.party))


MOVING = (NothingThere, ConsentWithdrawn, NothingSaid, LooksLikeId, TooLong, BadPhone)


@api.put("/party/file", refuses=MOVING)
def move(call: Call, body: MovedIn) -> PartyFileOut:
    """Tell once what has changed: for both branches and the contact."""
    moved = Moved(body.place, body.employer, body.phone)
    vault = call.runtime.party
    return _shown(own.move(call.session, call.person_id, moved, call.now, vault=vault))


@api.put("/party/file/confirmation", refuses=(NothingThere, ConsentWithdrawn))
def confirm_file(call: Call) -> None:
    """Say that what stands in one's file is right."""
    own.confirm(call.session, call.person_id, call.now)


@api.put("/party/file/consent", refuses=(NothingThere,))
def agree_to_file(call: Call) -> None:
    """Agree that the branch keeps one's file; twice is the same as once."""
    own.agree(call.session, call.person_id, call.now)


@api.delete("/party/file/consent", refuses=(NothingThere,))
def withdraw_from_file(call: Call) -> None:
    """Take the agreement back: nothing new is written down from now on."""
    own.withdraw(call.session, call.person_id, call.now)


@api.get("/party/contact", refuses=(NothingThere,), logged=True)
def contact(call: Call) -> ContactOut:
    """Tell who keeps in touch with one."""
    found = own.contact(call.session, call.person_id, call.now, vault=call.runtime.vault)
    if found is None:
        return ContactOut(name=None, phone=None, since=None)
    return ContactOut(name=found.name, phone=found.phone, since=found.since)


@api.get("/party/reads", refuses=(NothingThere,), logged=True)
def reads(call: Call) -> ReadsOut:
    """Tell who else has looked at one's file."""
    seen = own.reads(call.session, call.person_id, call.now, vault=call.runtime.vault)
    return ReadsOut(items=[ReadOut(at=one.at, who=one.who, part=one.part) for one in seen])


def _shown(mine: Own) -> PartyFileOut:
    facts, file = mine.facts, mine.file
    return PartyFileOut(
        state=file.state,
        name=facts.name,
        phone=facts.phone.removeprefix("+86") or None,
        place=facts.place or None,
        employer=facts.employer or None,
        reason=facts.reason or None,
        card_no=facts.card_no or None,
        left_on=facts.left_on,
        arrived_on=facts.arrived_on,
        home=mine.home,
        host=mine.host,
        agrees=mine.agrees,
        confirmed_at=file.confirmed_at,
    )
