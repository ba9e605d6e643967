"""What the page of stations is asked for; what makes no sense is left out, and said."""

from dataclasses import dataclass
from typing import Self

from werkzeug.datastructures import MultiDict

from server.riders.stations.coordinates import Datum, Place
from server.riders.stations.facilities import Facilities, Facility
from server.riders.stations.nearest import Spot

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the page; `is_unclear` where a place was told that is none."""

    words: str
    facilities: Facilities
    open_now: bool
    near: str
    datum: Datum
    place: Place | None
    after: tuple[int, int]
    is_unclear: bool

    @classmethod
    def of(cls, told: MultiDict[str, str]) -> Self:
        """Read the query string."""
        near = told.get("near", "")
        datum = Datum.WGS84 if told.get("datum") == Datum.WGS84 else Datum.GCJ02
        place = Place.read(near, datum) if near else None
        known = {one.value for one in Facility}
        return cls(
            words=" ".join(told.get("q", "").split())[:LONGEST],
            facilities=frozenset(Facility(one) for one in told.getlist("has") if one in known),
            open_now=told.get("open_now") == "1",
            near=near if place else "",
            datum=datum,
            place=place,
            after=_numbers(told.get("after", "")),
            is_unclear=bool(near) and place is None,
        )

    @property
    def spot(self) -> Spot | None:
        """Return after which station the page begins, by distance."""
        return Spot(*self.after) if any(self.after) else None


def _numbers(text: str) -> tuple[int, int]:
    first, _, second = text.partition("-")
    is_plain = text.isascii() and first.isdigit() and second.isdigit() and len(text) <= 28
    return (int(first), int(second)) if is_plain else (0, 0)
