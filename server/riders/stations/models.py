"""The tables of stations."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, BigId
from server.people.models import Channel
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import Facilities, FaultKind, from_mask, mask_of
from server.riders.stations.hours import Window, Windows

STRIP = 10_000
"""How high a strip of the map is, in millionths of a degree from south to north: 1.1 km."""


class HostKind(StrEnum):
    """Who gives the room."""

    PARTY_CENTRE = "party_centre"
    COMMUNITY = "community"
    ENTERPRISE = "enterprise"
    BANK = "bank"
    SHOP = "shop"
    COURIER = "courier"
    UNION = "union"
    PROPERTY = "property"
    OTHER = "other"


class StationState(StrEnum):
    """Whether a station keeps its hours, does not for a while, or is no more."""

    OPEN = "open"
    CLOSED = "closed"
    RETIRED = "retired"


class FaultState(StrEnum):
    """What became of a fault that somebody reported."""

    OPEN = "open"
    SEEN = "seen"
    SETTLED = "settled"


class FacilitySet(TypeDecorator[Facilities]):
    """Facilities as one whole number, so that a search can ask for several at once."""

    impl = BigId
    cache_ok = True

    def process_bind_param(self, value: Facilities | int | None, dialect: Dialect) -> int | None:
        return value if value is None or isinstance(value, int) else mask_of(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Facilities | None:
        return None if value is None else from_mask(value)


class DayWindows(TypeDecorator[Windows]):
    """The windows of one day as pairs of minutes."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Windows | None, dialect: Dialect) -> Any:
        return value and [list(window) for window in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> Windows:
        return tuple(Window(*pair) for pair in value or ())


class WeekWindows(TypeDecorator[tuple[Windows, ...]]):
    """The windows of seven days, from Monday."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[Windows, ...] | None, dialect: Dialect) -> Any:
        return value and [[list(window) for window in day] for day in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Windows, ...]:
        return tuple(tuple(Window(*pair) for pair in day) for day in value)


class Station(Base):
    """A room where riders drink, charge and rest; people type its **number**.

    `lat` and `lng` are millionths of a degree in GCJ-02; `strip` is the one of the map it lies in,
    by which a search finds what is near without reading what is far. `phone` is the published one.
    A closure ends by itself at `closed_until`; without it, when somebody opens again.
    """

    __tablename__ = "station"
    __table_args__ = (
        CheckConstraint("number > 0", name="has_a_number"),
        CheckConstraint("lat BETWEEN -90000000 AND 90000000", name="lat_on_earth"),
        CheckConstraint("lng BETWEEN -180000000 AND 180000000", name="lng_on_earth"),
        CheckConstraint(
            "(state = 'closed') = (closed_reason IS NOT NULL)", name="closed_for_a_reason"
        ),
        Index("ix_station_place", "strip", "lng", "id"),
        Index("ix_station_area", "area_id", "number"),
        Index("ix_station_state", "state", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(String(80))
    host: Mapped[HostKind]
    address: Mapped[str] = mapped_column(String(120))
    lat: Mapped[int]
    lng: Mapped[int]
    strip: Mapped[int]
    phone: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    facilities: Mapped[Facilities] = mapped_column(FacilitySet)
    week: Mapped[tuple[Windows, ...]] = mapped_column(WeekWindows)
    state: Mapped[StationState] = mapped_column(default=StationState.OPEN)
    closed_reason: Mapped[str | None] = mapped_column(String(200))
    closed_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    @property
    def place(self) -> Place:
        """Return where it is."""
        return Place(self.lat, self.lng)


class StationDay(Base):
    """A day on which a station keeps other hours; without windows it is closed."""

    __tablename__ = "station_day"

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    windows: Mapped[Windows] = mapped_column(DayWindows)
    note: Mapped[str] = mapped_column(String(60), default="")


class StationKeeper(Base):
    """Somebody who opens and closes a station, and says that it is open."""

    __tablename__ = "station_keeper"
    __table_args__ = (UniqueConstraint("station_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]


class StationFault(Base):
    """What somebody found wrong with a station; one report a person, kind and day."""

    __tablename__ = "station_fault"
    __table_args__ = (
        UniqueConstraint("station_id", "person_id", "kind", "day"),
        Index("ix_station_fault_state", "state", "station_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[FaultKind]
    day: Mapped[date]
    words: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[Channel]
    state: Mapped[FaultState] = mapped_column(default=FaultState.OPEN)
    reported_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(200), default="")
