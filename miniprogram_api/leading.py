"""What the leader of a shift does on the spot: find it, show the code, take people in."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.attendance import COMING, PresenceOut, means
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL
from server.limits import CodesNotCounted, TooManyCodes
from server.staff import reach as reaches
from server.staff.reach import OutOfReach, Reach
from server.volunteers.attendance import codes, leading, letting_in
from server.volunteers.attendance.codes import Direction
from server.volunteers.attendance.refusals import (
    NobodySuch,
    NotCheckedIn,
    NotOneself,
    SeveralSuch,
)

api = Api("leading", __name__)

EXAMPLE_LED = {
    "shift_id": "12",
    "number": 5,
    "title": "社区图书角整理",
    "place": "示例社区活动室",
    "starts_at": "2026-03-11T09:00:00+08:00",
    "ends_at": "2026-03-11T11:00:00+08:00",
    "capacity": 8,
    "taken": 5,
}
EXAMPLE_CODE = {
    "digits": "20260309",
    "text": "1.12.in.59101200.AbCdEfGhIjKlMnOp",
    "next_at": "2026-03-09T09:00:30+08:00",
}
EXAMPLE_SCREEN = "https://example.org/console/screen/12.7.1773198000.AbCdEfGhIjKlMnOp"


class LedShiftOut(Out):
    """A shift that one leads; `taken` of its `capacity` places are held."""

    model_config = exampled(EXAMPLE_LED)

    shift_id: Id
    number: int
    title: str
    place: str
    starts_at: Moment
    ends_at: Moment
    capacity: int
    taken: int


class LedShiftsOut(Out):
    """The shifts from yesterday to tomorrow that one leads; they always fit one page."""

    model_config = exampled({"items": [EXAMPLE_LED], "next_cursor": None})

    items: list[LedShiftOut]
    next_cursor: str | None = None


class CodeOut(Out):
    """The code of this moment: to type, to scan, and when the next comes."""

    model_config = exampled(EXAMPLE_CODE)

    digits: str
    text: str
    next_at: Moment


class CodesOut(Out):
    """The codes for coming and for leaving; `screen_url` shows them large, without a token."""

    model_config = exampled(
        {"check_in": EXAMPLE_CODE, "check_out": EXAMPLE_CODE, "screen_url": EXAMPLE_SCREEN}
    )

    check_in: CodeOut
    check_out: CodeOut
    screen_url: str


class LetInIn(Strict):
    """Who stands before the leader: their one-time code, phone or volunteer number."""

    model_config = exampled({"who": "20260309", "direction": "in"})

    who: Annotated[str, Field(min_length=1, max_length=60, pattern=NO_NUL)]
    direction: Direction = Direction.IN


@api.get("/me/led-shifts")
def led_shifts(call: Call) -> LedShiftsOut:
    """List the shifts from yesterday to tomorrow that one leads oneself or by one's team."""
    found = leading.mine(call.session, call.person_id, call.now)
    return LedShiftsOut(items=[LedShiftOut.model_validate(led) for led in found])


@api.get("/shifts/<shift_id>/code", refuses=(OutOfReach,))
def show_code(call: Call, shift_id: int) -> CodesOut:
    """Show the codes of this moment; a screen asks anew when the next is due."""
    led, vault = leading.led(call.session, _reach(call), shift_id), call.runtime.vault
    come, go = (
        CodeOut.model_validate(codes.show(shift_id, way, call.now, vault)) for way in Direction
    )
    ticket = leading.ticket(led, call.person_id, vault)
    screen = f"{call.runtime.settings.public_url}/console/screen/{ticket}"
    return CodesOut(check_in=come, check_out=go, screen_url=screen)


@api.post(
    "/shifts/<shift_id>/people",
    refuses=(
        *(OutOfReach, NobodySuch, SeveralSuch, NotOneself, NotCheckedIn),
        *(TooManyCodes, CodesNotCounted, *COMING),
    ),
)
def let_in(call: Call, shift_id: int, body: LetInIn) -> PresenceOut:
    """Take down that somebody before the leader came or leaves, with a place or without."""
    return PresenceOut.model_validate(
        letting_in.let_in(
            call.session,
            _reach(call),
            shift_id,
            body.who,
            body.direction,
            call.now,
            means(call),
        )
    )


def _reach(call: Call) -> Reach:
    return reaches.of(call.session, call.person_id, call.now)
