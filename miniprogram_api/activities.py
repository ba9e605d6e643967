"""Activities: what is on, and one of them."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL
from server import cursors
from server.volunteers.activities import activities
from server.volunteers.models import Field as Subject
from server.volunteers.models import Risk, SignupState, TeamKind
from server.volunteers.refusals import ActivityMissing, BadCursor
from server.volunteers.stages import Stage

api = Api("activities", __name__)

Word = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NUL)]
EXAMPLE_SHIFT = {
    "id": "12",
    "starts_at": "2026-03-11T09:00:00+08:00",
    "ends_at": "2026-03-11T11:00:00+08:00",
    "capacity": 8,
    "places_left": 3,
    "waiting": 0,
    "my_state": None,
}
EXAMPLE_ACTIVITY = {
    "id": "5",
    "number": 5,
    "title": "社区图书角整理",
    "field": "elderly_and_children",
    "team": "youth",
    "place": "示例社区活动室",
    "area": "示例社区",
    "area_code": "yingze-liuxiang-1",
    "leader_name": "示例·王芳",
    "risk_note": "搬书注意腰部，重箱两人同抬。",
    "shifts": [EXAMPLE_SHIFT],
    "stage": "open",
    "risk": "normal",
    "min_age": 16,
    "max_age": None,
    "training": None,
    "qualification": None,
}


class ActivitiesQuery(Strict):
    """What the list is narrowed to; `area` is a code and takes in all that lies inside it."""

    field: Subject | None = None
    team: TeamKind | None = None
    area: Word | None = None
    q: Word | None = None
    cursor: Annotated[str, Field(pattern=cursors.SHAPE)] | None = None
    limit: Limit = 20


class ShiftOut(Out):
    """A time at which people are wanted."""

    id: Id
    starts_at: Moment
    ends_at: Moment
    capacity: int
    places_left: int
    waiting: int
    my_state: SignupState | None


class ActivityOut(Out):
    """Something volunteers are wanted for; `number` is what one types in chat.

    `stage` tells how far it has come; ages are those a person has for certain.
    """

    model_config = exampled(EXAMPLE_ACTIVITY)

    id: Id
    number: int
    title: str
    field: Subject
    team: TeamKind
    place: str
    area: str
    area_code: str
    leader_name: str
    risk_note: str
    shifts: list[ShiftOut]
    stage: Stage
    risk: Risk
    min_age: int | None
    max_age: int | None
    training: str | None
    qualification: str | None


class ActivitiesOut(Out):
    """A page of activities."""

    model_config = exampled({"items": [EXAMPLE_ACTIVITY], "next_cursor": None})

    items: list[ActivityOut]
    next_cursor: str | None


@api.get("/activities", refuses=(BadCursor,))
def list_activities(call: Call, query: ActivitiesQuery) -> ActivitiesOut:
    """List the activities that still take people, those that close soonest first."""
    filters = activities.Filters(query.field, query.team, query.area, query.q)
    page = activities.browse(
        call.session, call.person_id, call.now, filters, query.cursor, query.limit
    )
    return ActivitiesOut.model_validate(page)


@api.get("/activities/<activity_id>", refuses=(ActivityMissing,))
def activity(call: Call, activity_id: int) -> ActivityOut:
    """Show one activity."""
    return ActivityOut.model_validate(
        activities.by_id(call.session, activity_id, call.person_id, call.now)
    )
