from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel


class Team(StrEnum):
    """The five kinds of volunteer team, and all others."""

    PARTY = "party"
    YOUTH = "youth"
    WOMEN = "women"
    VETERANS = "veterans"
    SENIORS = "seniors"
    OTHER = "other"


class Field(StrEnum):
    """What an activity is about; the first three are the district's priorities."""

    ELDERLY_AND_CHILDREN = "elderly_and_children"
    MEDICAL_AND_HEALTH = "medical_and_health"
    EMERGENCY_RESCUE = "emergency_rescue"
    ENVIRONMENT = "environment"
    CULTURE = "culture"
    CONVENIENCE = "convenience"
    OTHER = "other"


class ActivityState(StrEnum):
    """The life of an activity."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"


class SignupState(StrEnum):
    """The life of a sign-up."""

    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late_cancelled"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"


LIVE = (SignupState.WAITLISTED, SignupState.OFFERED, SignupState.CONFIRMED)
"""States in which a person still counts on a place."""

HOLDING = (SignupState.OFFERED, SignupState.CONFIRMED)
"""States that hold one of the shift's places."""

_LIVE_SQL = text("state IN ('waitlisted', 'offered', 'confirmed')")


class Activity(Base):
    """Something volunteers are wanted for, with its risks told beforehand.

    `number` is what people type. `closes_at` is when the last shift stops taking people: lists
    read only what is still ahead, however long the history.
    """

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_state_closes_at", "state", "closes_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(80))
    field: Mapped[Field]
    team: Mapped[Team]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    place: Mapped[str] = mapped_column(String(120))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    leader_name: Mapped[str] = mapped_column(String(40))
    risk_note: Mapped[str] = mapped_column(Text)
    state: Mapped[ActivityState]
    closes_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Shift(Base):
    """One time at which an activity takes so many people.

    `taken` counts the places held (confirmed or offered), `waiting` the people in line; both
    are decided by the one conditional write of a sign-up, never counted first.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="never_oversold"),
        CheckConstraint("waiting >= 0", name="line_is_not_negative"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_shift_starts_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    free_cancel_until: Mapped[datetime]


class Signup(Base):
    """One person's wish to take part in one shift, and what became of it."""

    __tablename__ = "signup"
    __table_args__ = (
        Index(
            "uq_signup_live",
            "person_id",
            "shift_id",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        Index("ix_signup_line", "shift_id", "state", "id"),
        Index("ix_signup_person_id_id", "person_id", "id"),
        Index(
            "ix_signup_offers",
            "offer_ends_at",
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[SignupState]
    channel: Mapped[Channel]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    offer_ends_at: Mapped[datetime | None]
