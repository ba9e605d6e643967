"""Asking for help, and following what becomes of it."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL
from server.areas.tree import AreaMissing
from server.people.consents import ServiceWithdrawn
from server.people.models import Channel
from server.volunteers.models import Field as Subject
from server.volunteers.models import NeedState
from server.volunteers.needs import answers, raising, views
from server.volunteers.needs.raising import Ask
from server.volunteers.needs.refusals import (
    BadWindow,
    MovedOn,
    NeedMissing,
    RatedAlready,
    RatingOver,
    TooFewWords,
)
from server.volunteers.needs.words import Tick
from server.volunteers.typed import TooManyWords

api = Api("needs", __name__)

# the verb refuses what is too long with a sentence of its own
Words = Annotated[str, Field(min_length=2, pattern=NO_NUL, json_schema_extra={"maxLength": 500})]
Note = Annotated[str, Field(max_length=400, pattern=NO_NUL)]
Address = Annotated[str, Field(max_length=120, pattern=NO_NUL)]
AreaCode = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NUL)]
Phone = Annotated[str, Field(pattern=r"^\+?[1-9][0-9]{5,14}$")]

EXAMPLE_NEED = {
    "id": "3",
    "number": 3,
    "title": "一老一小：需要搬抬",
    "words": "下周二帮老人搬家，两个柜子。",
    "field": "elderly_and_children",
    "priority": True,
    "area": "示例社区",
    "area_code": "yingze-liuxiang-1",
    "place": "示例社区",
    "wanted_from": None,
    "wanted_until": "2026-03-17T12:00:00+08:00",
    "people_wanted": 2,
    "state": "submitted",
    "reason": None,
    "team": None,
    "closing_note": None,
    "rating": None,
    "created_at": "2026-03-09T09:00:00+08:00",
    "due_at": "2026-03-09T13:00:00+08:00",
    "overdue": False,
}


class NeedIn(Strict):
    """What is needed, where and when; without an area it goes to where one lives."""

    model_config = exampled(
        {
            "words": "下周二帮老人搬家，两个柜子。",
            "area": "yingze-liuxiang-1",
            "address": "3号楼2单元501",
            "ticks": ["需要搬抬"],
            "people_wanted": 2,
        }
    )

    words: Words
    area: AreaCode | None = None
    address: Address = ""
    field: Subject | None = None
    ticks: Annotated[tuple[Tick, ...], Field(max_length=10)] = ()
    wanted_from: AwareDatetime | None = None
    wanted_until: AwareDatetime | None = None
    people_wanted: Annotated[int, Field(ge=1, le=100)] = 1
    phone: Phone | None = None


class RatingIn(Strict):
    """How it was, from 1 to 5 stars."""

    model_config = exampled({"stars": 5, "words": "很满意"})

    stars: Annotated[int, Field(ge=1, le=5)]
    words: Note = ""


class NeedOut(Out):
    """A need as its asker sees it; `number` is what one types in chat."""

    model_config = exampled(EXAMPLE_NEED)

    id: Id
    number: int
    title: str
    words: str
    field: Subject
    priority: bool
    area: str
    area_code: str
    place: str
    wanted_from: Moment | None
    wanted_until: Moment | None
    people_wanted: int
    state: NeedState
    reason: str | None
    team: str | None
    closing_note: str | None
    rating: int | None
    created_at: Moment
    due_at: Moment | None
    overdue: bool


class StepOut(Out):
    """Something that was done with the need."""

    at: Moment
    action: str


class NeedWithStepsOut(NeedOut):
    """A need with what was done so far, the first step first."""

    model_config = exampled(
        EXAMPLE_NEED | {"steps": [{"at": "2026-03-09T09:00:00+08:00", "action": "submitted"}]}
    )

    steps: list[StepOut]


class NeedsOut(Out):
    """One's newest needs, the last one first; they always fit one page."""

    model_config = exampled({"items": [EXAMPLE_NEED], "next_cursor": None})

    items: list[NeedOut]
    next_cursor: str | None = None


@api.post("/needs", refuses=(AreaMissing, TooFewWords, TooManyWords, BadWindow, ServiceWithdrawn))
def ask(call: Call, body: NeedIn) -> NeedWithStepsOut:
    """Ask for help; the same words again within ten minutes are the same need."""
    what = Ask(
        words=body.words,
        area_code=body.area,
        address=body.address,
        field=body.field,
        ticks=body.ticks,
        wanted_from=body.wanted_from,
        wanted_until=body.wanted_until,
        people_wanted=body.people_wanted,
        phone=body.phone or "",
    )
    vault = call.runtime.vault
    need = raising.ask(
        call.session, call.person_id, what, call.now, channel=Channel.MINIPROGRAM, vault=vault
    )
    return _shown(call, need.id)


@api.get("/me/needs")
def my_needs(call: Call) -> NeedsOut:
    """List what one has asked for."""
    mine = views.mine(call.session, call.person_id, call.now, vault=call.runtime.vault)
    return NeedsOut(items=[NeedOut.model_validate(need) for need in mine])


@api.get("/me/needs/<need_id>", refuses=(NeedMissing,))
def my_need(call: Call, need_id: int) -> NeedWithStepsOut:
    """Show one of one's own needs."""
    return _shown(call, need_id)


@api.post("/me/needs/<need_id>/rating", refuses=(NeedMissing, RatedAlready, RatingOver, MovedOn))
def rate(call: Call, need_id: int, body: RatingIn) -> NeedWithStepsOut:
    """Rate what was served, within 15 days; the same stars again are the same."""
    answers.rate(
        call.session,
        call.person_id,
        need_id,
        body.stars,
        body.words,
        call.now,
        channel=Channel.MINIPROGRAM,
        vault=call.runtime.vault,
    )
    return _shown(call, need_id)


@api.post("/me/needs/<need_id>/withdrawal", refuses=(NeedMissing, MovedOn))
def withdraw(call: Call, need_id: int) -> NeedWithStepsOut:
    """Take one's own need back while nobody serves it yet."""
    answers.withdraw(call.session, call.person_id, need_id, call.now, channel=Channel.MINIPROGRAM)
    return _shown(call, need_id)


def _shown(call: Call, need_id: int) -> NeedWithStepsOut:
    vault = call.runtime.vault
    need = views.my_need(call.session, call.person_id, need_id, call.now, vault=vault)
    return NeedWithStepsOut.model_validate(need)
