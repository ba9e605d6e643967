"""Where a phone says it is: one coarse point at check-in; it decides nothing and is soon gone."""

import math
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from server.volunteers.models import PlaceHint

DECIMALS = 3
"""About a hundred metres."""
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees (GCJ-02 as WeChat gives it), accurate to so many metres."""

    latitude: float
    longitude: float
    accuracy: float | None = None

    @property
    def makes_sense(self) -> bool:
        """Tell whether it is a point of this earth at all."""
        numbers = (self.latitude, self.longitude, self.accuracy or 0.0)
        return (
            all(map(math.isfinite, numbers))
            and abs(self.latitude) <= 90
            and abs(self.longitude) <= 180
            and (self.accuracy or 0.0) >= 0
        )


def note(session: Session, attendance_id: int, place: Place | None, now: datetime) -> bool:
    """Keep a point, made coarse; what makes no sense is left out. Tell whether it was kept."""
    if place is None or not place.makes_sense:
        return False
    session.execute(
        insert(PlaceHint.__table__).values(
            attendance_id=attendance_id,
            latitude=round(place.latitude, DECIMALS),
            longitude=round(place.longitude, DECIMALS),
            accuracy=place.accuracy,
            at=now,
        )
    )
    return True


def kilometres(one: Place, other: Place) -> float:
    """Return how far apart two points are at least, what they may be off taken away."""
    there, here = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(one.longitude - other.longitude)
    half = (
        math.sin((there - here) / 2) ** 2
        + math.cos(there) * math.cos(here) * math.sin(east / 2) ** 2
    )
    apart = 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
    return max(0.0, apart - ((one.accuracy or 0.0) + (other.accuracy or 0.0)) / 1000)
