"""Places on earth, kept as whole millionths of a degree in GCJ-02, the datum of maps in China.

Satellites and browsers tell WGS-84, which lies up to 700 m beside it; WeChat tells GCJ-02. The
shift between the two is published nowhere officially; the formulas are those everybody uses
(Krasovsky's ellipsoid of 1940), and they hold within China alone: elsewhere both are one.
"""

import re
from enum import StrEnum
from math import asin, cos, pi, radians, sin, sqrt
from typing import NamedTuple

SCALE = 1_000_000
EARTH = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""
AXIS = 6_378_245.0
ECCENTRICITY = 0.006_693_421_622_965_943
"""Of Krasovsky's ellipsoid: half the long axis in metres, and the first eccentricity squared."""
SOUTH, NORTH, WEST, EAST = 0.8293, 55.8271, 72.004, 137.8347
"""Within these degrees GCJ-02 is shifted."""
_LAT = r"-?(?:[0-8]?[0-9](?:\.[0-9]{1,8})?|90(?:\.0{1,8})?)"
_LNG = r"-?(?:(?:[0-9]{1,2}|1[0-7][0-9])(?:\.[0-9]{1,8})?|180(?:\.0{1,8})?)"
PATTERN = rf"^{_LAT},{_LNG}$"
"""Latitude and longitude as programs write them: 37.8601,112.5702."""
ROUNDS = 6
"""Each round of going back leaves a thousandth of the error."""


class Datum(StrEnum):
    """In which of the two a place is told."""

    GCJ02 = "gcj02"
    WGS84 = "wgs84"


class Place(NamedTuple):
    """A place in GCJ-02, in millionths of a degree."""

    lat: int
    lng: int

    @classmethod
    def of(cls, lat: float, lng: float, datum: Datum = Datum.GCJ02) -> "Place":
        """Return the place at these degrees, told in this datum."""
        if datum is Datum.WGS84:
            lat, lng = from_wgs84(lat, lng)
        return cls(round(lat * SCALE), round(lng * SCALE))

    @classmethod
    def read(cls, text: str, datum: Datum) -> "Place | None":
        """Return the place that `PATTERN` tells in this datum, or None where it tells none."""
        if not re.fullmatch(PATTERN, text, re.ASCII):
            return None
        lat, lng = map(float, text.split(","))
        return cls.of(lat, lng, datum)

    @property
    def degrees(self) -> tuple[float, float]:
        """Return (latitude, longitude) in degrees of GCJ-02."""
        return self.lat / SCALE, self.lng / SCALE

    def metres_to(self, other: "Place") -> float:
        """Return how far the other place is, over the sphere (haversine), in metres."""
        south, west, north, east = map(radians, (*self.degrees, *other.degrees))
        half = sin((north - south) / 2) ** 2
        half += cos(south) * cos(north) * sin((east - west) / 2) ** 2
        return 2 * EARTH * asin(min(1.0, sqrt(half)))


def from_wgs84(lat: float, lng: float) -> tuple[float, float]:
    """Return the GCJ-02 degrees of a place told in WGS-84."""
    north, east = _shift(lat, lng)
    return lat + north, lng + east


def to_wgs84(lat: float, lng: float) -> tuple[float, float]:
    """Return the WGS-84 degrees of a place told in GCJ-02, to less than a millimetre."""
    back = lat, lng
    for _ in range(ROUNDS):
        there = from_wgs84(*back)
        back = back[0] + lat - there[0], back[1] + lng - there[1]
    return back


def _shift(lat: float, lng: float) -> tuple[float, float]:
    """Return by how many degrees GCJ-02 lies north and east of WGS-84."""
    if not (SOUTH <= lat <= NORTH and WEST <= lng <= EAST):
        return 0.0, 0.0
    east, north = _bend(lng - 105.0, lat - 35.0)
    bulge = 1 - ECCENTRICITY * sin(radians(lat)) ** 2
    meridian = AXIS * (1 - ECCENTRICITY) / bulge**1.5
    parallel = AXIS / sqrt(bulge) * cos(radians(lat))
    return north / meridian * 180 / pi, east / parallel * 180 / pi


def _bend(x: float, y: float) -> tuple[float, float]:
    """Return the shift in metres, east and north, so many degrees from 105°E 35°N."""
    ripple = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (ripple + 20 * sin(pi * y) + 40 * sin(pi * y / 3)) * 2 / 3
    north += (160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (ripple + 20 * sin(pi * x) + 40 * sin(pi * x / 3)) * 2 / 3
    east += (150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3
    return east, north
