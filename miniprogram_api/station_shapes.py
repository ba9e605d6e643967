"""The shapes of stations that several endpoints give."""

from miniprogram_api.reading import exampled
from miniprogram_api.shapes import Id, Moment, Out
from server.riders.stations import schedules
from server.riders.stations.facilities import ORDER, Facility, FaultKind
from server.riders.stations.models import FaultState, HostKind
from server.riders.stations.views import StationView

EXAMPLE_STATION = {
    "id": "17",
    "number": 17,
    "name": "示例社区驿站",
    "host": "community",
    "area": "示例社区",
    "address": "示例街17号",
    "lat": 37.8601,
    "lng": 112.5702,
    "metres": 320.5,
    "phone": "0351-0000017",
    "note": "",
    "facilities": ["water", "charging", "toilet"],
    "hours": "周一至周六 8:00-12:00 14:00-20:00",
    "open_now": True,
    "open_until": "2026-03-09T12:00:00+08:00",
    "opens_at": None,
    "closed_reason": None,
    "closed_until": None,
    "confirmed_at": "2026-03-09T08:05:00+08:00",
    "faults": ["power"],
}
EXAMPLE_FAULT = {
    "id": "3",
    "kind": "power",
    "words": "插座没电",
    "state": "open",
    "reported_at": "2026-03-09T09:00:00+08:00",
    "answer": "",
}


class StationOut(Out):
    """A station as it stands now; `lat` and `lng` are degrees of GCJ-02.

    `metres` tells how far it is as the crow flies where one asked around a place, `open_until` when
    it closes while it is open, `opens_at` when it opens next while it is not (null: nobody knows),
    `closed_reason` what keeps it closed for a while, `faults` what was reported and not settled.
    """

    model_config = exampled(EXAMPLE_STATION)

    id: Id
    number: int
    name: str
    host: HostKind
    area: str
    address: str
    lat: float
    lng: float
    metres: float | None
    phone: str
    note: str
    facilities: list[Facility]
    hours: str
    open_now: bool
    open_until: Moment | None
    opens_at: Moment | None
    closed_reason: str | None
    closed_until: Moment | None
    confirmed_at: Moment | None
    faults: list[FaultKind]

    @classmethod
    def of(cls, view: StationView) -> "StationOut":
        """Write a station down."""
        stand = view.standing
        lat, lng = view.place.degrees
        return cls(
            id=view.id,
            number=view.number,
            name=view.name,
            host=view.host,
            area=view.area,
            address=view.address,
            lat=lat,
            lng=lng,
            metres=view.metres,
            phone=view.phone,
            note=view.note,
            facilities=[one for one in ORDER if one in view.facilities],
            hours=schedules.told(view.hours),
            open_now=stand.is_open,
            open_until=stand.until,
            opens_at=stand.opens_at,
            closed_reason=stand.closure and stand.closure.reason,
            closed_until=stand.closure and stand.closure.until,
            confirmed_at=view.confirmed_at,
            faults=list(view.faults),
        )


class StationsOut(Out):
    """A page of stations; around a place `within` tells within how many metres all are known."""

    model_config = exampled({"items": [EXAMPLE_STATION], "within": 1000, "next_cursor": None})

    items: list[StationOut]
    within: int | None = None
    next_cursor: str | None = None


class FaultOut(Out):
    """A report, and what became of it."""

    model_config = exampled(EXAMPLE_FAULT)

    id: Id
    kind: FaultKind
    words: str
    state: FaultState
    reported_at: Moment
    answer: str
