"""Riders: people of the new trades who chose to be known as such."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel

_ASKED_SQL = text("state = 'asked'")


class Sector(StrEnum):
    """What somebody does on the road."""

    FOOD = "food"
    PARCEL = "parcel"
    RIDE = "ride"
    TRUCK = "truck"
    CHAUFFEUR = "chauffeur"
    OTHER = "other"


class RiderState(StrEnum):
    """The life of a registration; whoever left may come back."""

    ASKED = "asked"
    VERIFIED = "verified"
    LEFT = "left"


class Rider(Base):
    """Somebody who registered as a rider, in the area where they ride most.

    `platform` is for whom they ride, if they told. `verified_by` is the member of staff, or the
    organiser's list brought by one, by whom it is known that they are a rider.
    """

    __tablename__ = "rider"
    __table_args__ = (
        Index("ix_rider_area_id_state", "area_id", "state", "id"),
        Index("ix_rider_asked", "id", sqlite_where=_ASKED_SQL, postgresql_where=_ASKED_SQL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    sector: Mapped[Sector]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    platform: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[RiderState]
    channel: Mapped[Channel]
    asked_at: Mapped[datetime]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
