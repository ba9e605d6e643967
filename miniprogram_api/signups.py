"""Signing up, the waiting list, and one's own list."""

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import exampled
from miniprogram_api.shapes import Id, Moment, Out
from server.people.consents import ServiceWithdrawn
from server.people.models import Channel
from server.volunteers.models import SignupState
from server.volunteers.needs import addresses
from server.volunteers.refusals import (
    GATES,
    ActivityCancelled,
    Closed,
    NothingOffered,
    NotSignedUp,
    NotYetOpen,
    OfferLapsed,
    ShiftMissing,
    Started,
    TimeClash,
)
from server.volunteers.signups import signups, waiting

api = Api("signups", __name__)

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
    "waits_until": None,
    "address": None,
}


class SignupOut(Out):
    """Where one stands with a shift; `near` names another sign-up close in time, as a warning.

    Until `waits_until` the person gets no place at once, since they stayed away too often.
    One's own list tells whoever is confirmed the exact address, from a day before until the end.
    """

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
    waits_until: Moment | None
    address: str | None = None


class SignupsOut(Out):
    """One's live sign-ups, the soonest first; they always fit one page."""

    model_config = exampled({"items": [EXAMPLE_SIGNUP], "next_cursor": None})

    items: list[SignupOut]
    next_cursor: str | None = None


@api.put(
    "/shifts/<shift_id>/signup",
    refuses=(
        ShiftMissing,
        ActivityCancelled,
        NotYetOpen,
        Closed,
        TimeClash,
        ServiceWithdrawn,
        *GATES,
    ),
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
    refuses=(ShiftMissing, NothingOffered, OfferLapsed, TimeClash, *GATES),
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
    vault = call.runtime.vault
    known = addresses.told_to(call.session, call.person_id, mine, call.now, vault=vault)
    items = [SignupOut.model_validate(signup) for signup in mine]
    for item in items:
        item.address = known.get(item.shift_id)
    return SignupsOut(items=items)
