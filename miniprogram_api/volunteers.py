"""Volunteering: what is on, signing up, the waiting list, one's own list."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from server.people.models import Channel
from server.volunteers import activities, signups, waiting
from server.volunteers.models import Field as Subject
from server.volunteers.models import SignupState, Team
from server.volunteers.refusals import (
    ActivityCancelled,
    ActivityMissing,
    BadCursor,
    Closed,
    NothingOffered,
    NotSignedUp,
    NotYetOpen,
    OfferLapsed,
    ShiftMissing,
    Started,
    TimeClash,
)

api = Api("volunteers", __name__)

Word = Annotated[str, Field(min_length=1, max_length=40)]
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
}
EXAMPLE_SIGNUP = {
    "state": "waitlisted",
    "position": 2,
    "shift_id": "12",
    "activity_id": "5",
    "number": 5,
    "title": "社区图书角整理",
    "place": "示例社区活动室",
    "starts_at": "2026-03-11T09:00:00+08:00",
    "ends_at": "2026-03-11T11:00:00+08:00",
    "leader_name": "示例·王芳",
    "risk_note": "搬书注意腰部，重箱两人同抬。",
    "offer_ends_at": None,
    "near": None,
}


class ActivitiesQuery(Strict):
    """What the list is narrowed to; `area` is a code and takes in all that lies inside it."""

    field: Subject | None = None
    team: Team | None = None
    area: Word | None = None
    q: Word | None = None
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,16}-[0-9]{1,16}$")] | None = None
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
    """Something volunteers are wanted for; `number` is what one types in chat."""

    model_config = exampled(EXAMPLE_ACTIVITY)

    id: Id
    number: int
    title: str
    field: Subject
    team: Team
    place: str
    area: str
    area_code: str
    leader_name: str
    risk_note: str
    shifts: list[ShiftOut]


class ActivitiesOut(Out):
    """A page of activities."""

    model_config = exampled({"items": [EXAMPLE_ACTIVITY], "next_cursor": None})

    items: list[ActivityOut]
    next_cursor: str | None


class SignupOut(Out):
    """Where one stands with a shift; `near` names another sign-up close in time, as a warning."""

    model_config = exampled(EXAMPLE_SIGNUP)

    state: SignupState
    position: int | None
    shift_id: Id
    activity_id: Id
    number: int
    title: str
    place: str
    starts_at: Moment
    ends_at: Moment
    leader_name: str
    risk_note: str
    offer_ends_at: Moment | None
    near: str | None


class SignupsOut(Out):
    """One's live sign-ups, the soonest first; they always fit one page."""

    model_config = exampled({"items": [EXAMPLE_SIGNUP], "next_cursor": None})

    items: list[SignupOut]
    next_cursor: str | None = None


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


@api.put(
    "/shifts/<shift_id>/signup",
    refuses=(ShiftMissing, ActivityCancelled, NotYetOpen, Closed, TimeClash),
)
def sign_up(call: Call, shift_id: int) -> SignupOut:
    """Take a place, or one in line when there is none; asking twice is asking once."""
    outcome = signups.sign_up(
        call.session,
        call.person_id,
        shift_id,
        call.now,
        channel=Channel.MINIPROGRAM,
        policy=call.runtime.policy,
    )
    return SignupOut.model_validate(outcome)


@api.delete("/shifts/<shift_id>/signup", refuses=(ShiftMissing, NotSignedUp, Started))
def cancel(call: Call, shift_id: int) -> SignupOut:
    """Give the place back; the first in line is offered it at once."""
    return SignupOut.model_validate(
        signups.cancel(call.session, call.person_id, shift_id, call.now, policy=call.runtime.policy)
    )


@api.post(
    "/shifts/<shift_id>/signup/accept",
    refuses=(ShiftMissing, NothingOffered, OfferLapsed, TimeClash),
)
def accept(call: Call, shift_id: int) -> SignupOut:
    """Take the offered place."""
    return SignupOut.model_validate(
        waiting.accept(call.session, call.person_id, shift_id, call.now, policy=call.runtime.policy)
    )


@api.post("/shifts/<shift_id>/signup/decline", refuses=(ShiftMissing, NothingOffered, OfferLapsed))
def decline(call: Call, shift_id: int) -> SignupOut:
    """Let the offered place go to the next in line."""
    return SignupOut.model_validate(
        waiting.decline(
            call.session, call.person_id, shift_id, call.now, policy=call.runtime.policy
        )
    )


@api.get("/me/signups")
def my_signups(call: Call) -> SignupsOut:
    """List one's own sign-ups that still count."""
    mine = signups.mine(call.session, call.person_id, call.now)
    return SignupsOut(items=[SignupOut.model_validate(signup) for signup in mine])
