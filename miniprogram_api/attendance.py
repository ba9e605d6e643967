"""Checking in and out, one's own one-time code, and one's own presences."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL
from server.limits import CodesNotCounted, TooManyCodes
from server.volunteers.attendance import attendance, owncodes
from server.volunteers.attendance.hints import Place
from server.volunteers.attendance.presence import Means
from server.volunteers.attendance.refusals import (
    AcceptFirst,
    BadCode,
    CheckOutFirst,
    LeftAlready,
    NotCheckedIn,
    NothingNow,
    NotOnRoster,
    OtherDirection,
    Over,
    StaleCode,
    StillWaiting,
    TooEarly,
    WrongCode,
)
from server.volunteers.models import SignupState
from server.volunteers.refusals import ActivityCancelled

api = Api("attendance", __name__)

CODES = (BadCode, WrongCode, StaleCode, OtherDirection, TooManyCodes, CodesNotCounted)
COMING = (
    *(NothingNow, NotOnRoster, TooEarly, Over, AcceptFirst, StillWaiting, CheckOutFirst),
    *(LeftAlready, ActivityCancelled),
)
EXAMPLE_PRESENCE = {
    "state": "checked_in",
    "shift_id": "12",
    "number": 5,
    "title": "社区图书角整理",
    "place": "示例社区活动室",
    "starts_at": "2026-03-11T09:00:00+08:00",
    "ends_at": "2026-03-11T11:00:00+08:00",
    "in_at": "2026-03-11T08:52:10+08:00",
    "out_at": None,
}
LONGEST_CODE = 400

Code = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE, pattern=NO_NUL)]
"""Eight digits, or the whole text of the QR code."""


class PlaceIn(Strict):
    """Where the phone is, in degrees (GCJ-02); a hint that decides nothing, gone after a week."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, strict=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, strict=False)]
    accuracy: Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False, strict=False)] | None = None


class CheckInIn(Strict):
    """What was typed or scanned; `device` is what this installation calls itself."""

    model_config = exampled({"code": "20260309"})

    code: Code
    place: PlaceIn | None = None
    device: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")] | None = None


class CheckOutIn(Strict):
    """What was typed or scanned; without it the volunteer's own word counts."""

    model_config = exampled({"code": "20260309"})

    code: Code | None = None


class PresenceOut(Out):
    """Where one stands with a shift that takes place."""

    model_config = exampled(EXAMPLE_PRESENCE)

    state: SignupState
    shift_id: Id
    number: int
    title: str
    place: str
    starts_at: Moment
    ends_at: Moment
    in_at: Moment | None
    out_at: Moment | None


class PresencesOut(Out):
    """One's own presences."""

    model_config = exampled({"items": [EXAMPLE_PRESENCE], "next_cursor": None})

    items: list[PresenceOut]
    next_cursor: str | None = None


class OwnCodeOut(Out):
    """Eight digits that the leader types or scans; good once and for five minutes."""

    model_config = exampled({"code": "20260309", "expires_at": "2026-03-09T09:05:00+08:00"})

    code: str
    expires_at: Moment


class PageIn(Strict):
    """Which part of one's presences to list."""

    limit: Limit = 20
    cursor: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")] | None = None


@api.post("/attendance/check-in", refuses=(*CODES, *COMING))
def check_in(call: Call, body: CheckInIn) -> PresenceOut:
    """Take down that one has come; asking twice is asking once."""
    come = attendance.check_in(
        call.session, call.person_id, body.code, call.now, means(call, body.device, body.place)
    )
    return PresenceOut.model_validate(come)


@api.post("/attendance/check-out", refuses=(*CODES, NothingNow, NotOnRoster, NotCheckedIn))
def check_out(call: Call, body: CheckOutIn) -> PresenceOut:
    """Take down that one leaves; asking twice is asking once."""
    gone = attendance.check_out(call.session, call.person_id, body.code, call.now, means(call))
    return PresenceOut.model_validate(gone)


@api.post("/me/code", limit="sensitive")
def own_code(call: Call) -> OwnCodeOut:
    """Show a code by which the leader takes one in; the one before it ends."""
    shown = owncodes.show(call.session, call.person_id, call.now, vault=call.runtime.vault)
    return OwnCodeOut.model_validate(shown)


@api.get("/me/attendance/now")
def open_now(call: Call) -> PresencesOut:
    """List the shifts at which one may check in or out just now; they always fit one page."""
    around = attendance.now_open(call.session, call.person_id, call.now, means(call))
    return PresencesOut(items=[PresenceOut.model_validate(one) for one in around])


@api.get("/me/attendance")
def my_attendance(call: Call, query: PageIn) -> PresencesOut:
    """List when one came and left, the newest first."""
    before = int(query.cursor) if query.cursor else None
    found = attendance.mine(call.session, call.person_id, before=before, limit=query.limit + 1)
    shown = found[: query.limit]
    more = str(shown[-1][0]) if len(found) > len(shown) else None
    items = [PresenceOut.model_validate(presence) for _id, presence in shown]
    return PresencesOut(items=items, next_cursor=more)


def means(call: Call, device: str | None = None, place: PlaceIn | None = None) -> Means:
    """Return what checking in leans on; a phone that does not name itself is its session."""
    runtime = call.runtime
    phone = runtime.vault.mark(device or f"session {call.me.session_id}", "device")
    point = Place(place.latitude, place.longitude, place.accuracy) if place else None
    return Means(runtime.vault, runtime.limits, runtime.policy, phone, point)
