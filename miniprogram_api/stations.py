"""Stations: the nearest that are open, one of them, what is wrong, and what its keeper says."""

from typing import Annotated, Literal

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.station_shapes import FaultOut, StationOut, StationsOut
from miniprogram_api.texts import NO_NUL
from server.people.models import Channel
from server.riders.stations import faults, nearest, stations, views
from server.riders.stations.coordinates import PATTERN, Datum, Place
from server.riders.stations.facilities import Facility, FaultKind
from server.riders.stations.nearest import Spot
from server.riders.stations.refusals import StationMissing
from server.riders.stations.wishes import Wish

api = Api("stations", __name__)

_NAMES = "|".join(Facility)


class StationsQuery(Strict):
    """Which stations: around a place the nearest first, else by number.

    `near` is latitude and longitude in degrees of `datum`; `facility` names those that it must
    have, all of them, with commas between.
    """

    near: Annotated[str, Field(pattern=PATTERN, examples=["37.8601,112.5702"])] | None = None
    datum: Datum = Datum.GCJ02
    open_now: Literal["0", "1"] = "0"
    facility: (
        Annotated[str, Field(pattern=rf"^({_NAMES})(,({_NAMES}))*$", max_length=200)] | None
    ) = None
    q: Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NUL)] | None = None
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,12}-[0-9]{1,16}$")] | None = None
    limit: Limit = 20

    @property
    def place(self) -> Place | None:
        """Return where one asks, in GCJ-02."""
        return Place.read(self.near, self.datum) if self.near else None

    @property
    def wish(self) -> Wish:
        """Return what a station must be."""
        has = frozenset(map(Facility, self.facility.split(","))) if self.facility else frozenset()
        return Wish(has, self.q or "", self.open_now == "1")


class FaultIn(Strict):
    """What is wrong with a station; the same kind again on one day is the same report."""

    model_config = exampled({"kind": "power", "words": "插座没电"})

    kind: FaultKind
    words: Annotated[str, Field(max_length=faults.LONGEST, pattern=NO_NUL)] = ""


@api.get("/stations")
def list_stations(call: Call, query: StationsQuery) -> StationsOut:
    """List stations: with `near` the nearest first (16 km at most), else by number.

    A page may hold fewer than `limit` and still say where to go on.
    """
    if query.place is None:
        return _by_number(call, query)
    found = nearest.find(
        call.session,
        query.place,
        call.now,
        query.wish,
        after=_spot(query.cursor),
        limit=query.limit,
    )
    more = found.more_after
    return StationsOut(
        items=[StationOut.of(view) for view in found.items],
        within=found.within,
        next_cursor=more and f"{more.centimetres}-{more.id}",
    )


@api.get("/stations/<station_id>", refuses=(StationMissing,))
def station(call: Call, station_id: int) -> StationOut:
    """Show one station."""
    return StationOut.of(views.by_id(call.session, station_id, call.now))


@api.post("/stations/<station_id>/faults", refuses=(StationMissing,))
def report_fault(call: Call, station_id: int, body: FaultIn) -> FaultOut:
    """Report what is wrong with a station; the same kind again on one day is the same report."""
    fault = faults.report(
        call.session,
        call.person_id,
        station_id,
        body.kind,
        body.words,
        call.now,
        channel=Channel.MINIPROGRAM,
    )
    return FaultOut.model_validate(fault)


def _by_number(call: Call, query: StationsQuery) -> StationsOut:
    after = int((query.cursor or "0").partition("-")[0])
    page = stations.browse(call.session, call.now, query.wish, after=after, limit=query.limit)
    return StationsOut(
        items=[StationOut.of(view) for view in page.items],
        next_cursor=None if page.after is None else f"{page.after}-0",
    )


def _spot(cursor: str | None) -> Spot | None:
    if cursor is None:
        return None
    metres, _, station_id = cursor.partition("-")
    return Spot(int(metres), int(station_id))
