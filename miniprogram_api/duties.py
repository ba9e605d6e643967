"""What is sent to the teams one leads, and what their leader answers."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL
from server.people.models import Channel
from server.staff.approvals import ReasonNeeded
from server.volunteers.models import Field as Subject
from server.volunteers.models import NeedState
from server.volunteers.needs import answers, views
from server.volunteers.needs.refusals import MovedOn, NotForYourTeam
from server.volunteers.needs.texts import MOST_NOTE
from server.volunteers.typed import TooManyWords

api = Api("duties", __name__)

EXAMPLE_SENT = {
    "id": "3",
    "number": 3,
    "title": "一老一小：需要搬抬",
    "field": "elderly_and_children",
    "priority": True,
    "area": "示例社区",
    "place": "示例社区",
    "wanted_from": None,
    "wanted_until": "2026-03-17T12:00:00+08:00",
    "people_wanted": 2,
    "state": "dispatched",
    "team": "示例青年志愿队",
    "due_at": "2026-03-11T17:30:00+08:00",
    "overdue": False,
}

# the verb refuses what is too long or says nothing with a sentence of its own
READABLE = {
    "minLength": 1,
    "maxLength": MOST_NOTE,
    "pattern": "^[^\u0000]*[0-9A-Za-z一-鿿][^\u0000]*$",
}
Reason = Annotated[str, Field(pattern=NO_NUL, json_schema_extra=READABLE)]


class SentNeedOut(Out):
    """A need that was sent to one's team; without `team` it was opened to all teams there.

    Who asks, in which words and behind which door stays sealed.
    """

    model_config = exampled(EXAMPLE_SENT)

    id: Id
    number: int
    title: str
    field: Subject
    priority: bool
    area: str
    place: str
    wanted_from: Moment | None
    wanted_until: Moment | None
    people_wanted: int
    state: NeedState
    team: str | None
    due_at: Moment | None
    overdue: bool


class SentNeedsOut(Out):
    """What waits for one's teams and what they have taken; it always fits one page."""

    model_config = exampled({"items": [EXAMPLE_SENT], "next_cursor": None})

    items: list[SentNeedOut]
    next_cursor: str | None = None


class AnsweredOut(Out):
    """Where the need stands after one's answer."""

    model_config = exampled({"number": 3, "title": "一老一小：需要搬抬", "state": "accepted"})

    number: int
    title: str
    state: NeedState


class ReasonIn(Strict):
    """Why the team cannot do it, for the staff who send it elsewhere."""

    model_config = exampled({"reason": "这周人手不够。"})

    reason: Reason


@api.get("/me/team-needs")
def team_needs(call: Call) -> SentNeedsOut:
    """List what was sent to the teams one leads and what they have taken on."""
    found = views.sent_to(call.session, call.person_id, call.now, vault=call.runtime.vault)
    return SentNeedsOut(items=[SentNeedOut.model_validate(need) for need in found])


@api.post("/needs/<need_id>/accept", refuses=(NotForYourTeam, MovedOn))
def take_on(call: Call, need_id: int) -> AnsweredOut:
    """Take a need on for the team one leads; of several teams the first has it."""
    need = answers.accept(
        call.session, call.person_id, need_id, call.now, channel=Channel.MINIPROGRAM
    )
    return AnsweredOut.model_validate(need)


@api.post(
    "/needs/<need_id>/turn-back", refuses=(NotForYourTeam, MovedOn, ReasonNeeded, TooManyWords)
)
def turn_back(call: Call, need_id: int, body: ReasonIn) -> AnsweredOut:
    """Say that one's team cannot do it, and why; staff send it to another one."""
    need = answers.turn_back(
        call.session, call.person_id, need_id, body.reason, call.now, channel=Channel.MINIPROGRAM
    )
    return AnsweredOut.model_validate(need)
