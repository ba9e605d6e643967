"""Confirming the hours of those who came, for whoever leads them."""

from datetime import date
from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from server.people.models import Channel
from server.staff import reach as reaches
from server.staff.reach import NotAllowed, OutOfReach, Reach
from server.volunteers.hours import confirming, rosters
from server.volunteers.hours.confirming import Wish
from server.volunteers.hours.refusals import NothingToConfirm

api = Api("rosters", __name__)

EXAMPLE_SHIFT = {
    "shift_id": "12",
    "number": 5,
    "title": "社区图书角整理",
    "starts_at": "2026-03-09T09:00:00+08:00",
    "ends_at": "2026-03-09T11:00:00+08:00",
}
EXAMPLE_LINE = {
    "record_id": "31",
    "version": 1,
    "name": "李*明",
    "starts_at": "2026-03-09T09:00:00+08:00",
    "ends_at": "2026-03-09T11:00:00+08:00",
    "minutes": 120,
    "due": "2026-03-23",
}
MOST = 500


class ShiftToConfirmOut(Out):
    """A shift that one leads whose hours wait."""

    model_config = exampled(EXAMPLE_SHIFT)

    shift_id: Id
    number: int
    title: str
    starts_at: Moment
    ends_at: Moment


class ShiftsToConfirmOut(Out):
    """The shifts whose hours wait for one, those due first in front; they always fit one page."""

    model_config = exampled({"items": [EXAMPLE_SHIFT], "next_cursor": None})

    items: list[ShiftToConfirmOut]
    next_cursor: str | None = None


class HoursLineOut(Out):
    """The hours of one person that wait; the name is masked. `due` is until when."""

    model_config = exampled(EXAMPLE_LINE)

    record_id: Annotated[Id, Field(validation_alias="id")]
    version: int
    name: str
    starts_at: Moment
    ends_at: Moment
    minutes: int
    due: date


class HoursOut(ShiftToConfirmOut):
    """The hours of a shift that one may confirm now; one's own and disputed ones are not there."""

    model_config = exampled(EXAMPLE_SHIFT | {"items": [EXAMPLE_LINE], "next_cursor": None})

    items: list[HoursLineOut]
    next_cursor: str | None = None


class SeenIn(Strict):
    """A record in the version that was looked at; one changed since is left as it is."""

    record_id: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]
    version: Annotated[int, Field(ge=1, le=1_000_000)]


class ConfirmationIn(Strict):
    """Which records one agrees with, as one saw them; all others stay as they are."""

    model_config = exampled({"seen": [{"record_id": "31", "version": 1}]})

    seen: Annotated[list[SeenIn], Field(min_length=1, max_length=MOST)]


class ConfirmedOut(Out):
    """How many records are confirmed by this, and how many of the shift still wait."""

    model_config = exampled({"confirmed": 3, "waiting": 1})

    confirmed: int
    waiting: int


@api.get("/me/hours-to-confirm")
def hours_to_confirm(call: Call) -> ShiftsToConfirmOut:
    """List the shifts that one leads whose hours wait to be confirmed."""
    found = rosters.led_by(call.session, call.person_id)
    return ShiftsToConfirmOut(items=[ShiftToConfirmOut.model_validate(shift) for shift in found])


@api.get("/shifts/<shift_id>/hours", refuses=(OutOfReach, NothingToConfirm))
def hours_of(call: Call, shift_id: int) -> HoursOut:
    """Show whose hours of a shift wait for one's word."""
    shift, lines = rosters.to_confirm(
        call.session, _reach(call), shift_id, vault=call.runtime.vault
    )
    return HoursOut(
        **ShiftToConfirmOut.model_validate(shift).__dict__,
        items=[HoursLineOut.model_validate(line) for line in lines],
    )


@api.post("/shifts/<shift_id>/hours/confirmation", refuses=(OutOfReach, NotAllowed))
def confirm(call: Call, shift_id: int, body: ConfirmationIn) -> ConfirmedOut:
    """Confirm hours as they were seen, never one's own; a repeat confirms nothing more."""
    seen = {int(each.record_id): each.version for each in body.seen}
    wish = Wish(seen, {}, Channel.MINIPROGRAM)
    done = confirming.confirm(call.session, _reach(call), shift_id, wish, call.now)
    return ConfirmedOut(confirmed=done.done, waiting=done.waiting)


def _reach(call: Call) -> Reach:
    return reaches.of(call.session, call.person_id, call.now)
