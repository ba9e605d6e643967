"""What the keeper of a station says of it, and what is reported of it."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Out
from miniprogram_api.station_shapes import EXAMPLE_FAULT, FaultOut, StationOut, StationsOut
from miniprogram_api.texts import NO_NUL, WORDS
from server.riders.stations import faults, keepers, keeping, views
from server.riders.stations.keeping import LONGEST_REASON
from server.riders.stations.refusals import (
    BadUntil,
    FaultMissing,
    NotAKeeper,
    ReasonNeeded,
    StationClosed,
    StationMissing,
)
from server.staff import reach as reaches
from server.staff.reach import Reach

api = Api("keeping", __name__)


class FaultsOut(Out):
    """What is reported of a station and not settled; it always fits one page."""

    model_config = exampled({"items": [EXAMPLE_FAULT], "next_cursor": None})

    items: list[FaultOut]
    next_cursor: str | None = None


class ClosureIn(Strict):
    """Why a station is closed for a while, and until when if somebody knows."""

    model_config = exampled({"reason": "停水", "until": "2026-03-09T15:00:00+08:00"})

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, pattern=WORDS)]
    until: AwareDatetime | None = None


class SettledIn(Strict):
    """What was done about it."""

    model_config = exampled({"answer": "换了插座"})

    answer: Annotated[str, Field(max_length=faults.LONGEST, pattern=NO_NUL)] = ""


@api.get("/me/stations")
def my_stations(call: Call) -> StationsOut:
    """List the stations that one keeps."""
    kept = keepers.kept_by(call.session, call.person_id)
    found = views.of(call.session, (one.id for one in kept), call.now)
    return StationsOut(items=[StationOut.of(view) for view in found])


@api.put(
    "/stations/<station_id>/closure",
    refuses=(StationMissing, NotAKeeper, ReasonNeeded, BadUntil),
)
def close_station(call: Call, station_id: int, body: ClosureIn) -> StationOut:
    """Close one's station for a while; the same again is the same."""
    view = keeping.close(call.session, _reach(call), station_id, body.reason, body.until, call.now)
    return StationOut.of(view)


@api.delete("/stations/<station_id>/closure", refuses=(StationMissing, NotAKeeper))
def open_station(call: Call, station_id: int) -> StationOut:
    """Open one's station again, which says as well that it is open."""
    return StationOut.of(keeping.open_up(call.session, _reach(call), station_id, call.now))


@api.post(
    "/stations/<station_id>/confirmation", refuses=(StationMissing, NotAKeeper, StationClosed)
)
def confirm_station(call: Call, station_id: int) -> StationOut:
    """Say that one's station is open, as it should be."""
    return StationOut.of(keeping.confirm(call.session, _reach(call), station_id, call.now))


@api.get("/stations/<station_id>/faults", refuses=(StationMissing, NotAKeeper))
def list_faults(call: Call, station_id: int) -> FaultsOut:
    """List what is reported of one's station and not settled."""
    keepers.held(call.session, _reach(call), station_id)
    found = faults.waiting(call.session, station_id)
    return FaultsOut(items=[FaultOut.model_validate(fault) for fault in found])


@api.post(
    "/station-faults/<fault_id>/settlement", refuses=(FaultMissing, StationMissing, NotAKeeper)
)
def settle_fault(call: Call, fault_id: int, body: SettledIn) -> FaultOut:
    """Say that what was reported of one's station is put right; the first answer stands."""
    fault = faults.settle(call.session, _reach(call), fault_id, body.answer, call.now)
    return FaultOut.model_validate(fault)


def _reach(call: Call) -> Reach:
    return reaches.of(call.session, call.person_id, call.now)
