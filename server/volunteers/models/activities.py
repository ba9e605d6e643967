"""Activities, their shifts, and who signed up."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel


class TeamKind(StrEnum):
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


PRIORITY = (Field.ELDERLY_AND_CHILDREN, Field.MEDICAL_AND_HEALTH, Field.EMERGENCY_RESCUE)
"""The fields that come first in every queue."""


class ActivityState(StrEnum):
    """The life of an activity; full, running and ended follow from its shifts."""

    DRAFT = "draft"
    REVIEW = "review"
    OPEN = "open"
    UNPUBLISHED = "unpublished"
    CANCELLED = "cancelled"
    RECORDED = "recorded"
    ARCHIVED = "archived"


SHOWN = (
    ActivityState.OPEN,
    ActivityState.CANCELLED,
    ActivityState.RECORDED,
    ActivityState.ARCHIVED,
)
"""States in which people may see an activity."""


class Risk(StrEnum):
    """How dangerous an activity is; a high risk needs insurance and grown-ups."""

    NORMAL = "normal"
    HIGH = "high"


class SignupState(StrEnum):
    """The life of a sign-up."""

    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CREDITED = "credited"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late_cancelled"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    NO_SHOW = "no_show"


PRESENT = (SignupState.CHECKED_IN, SignupState.CHECKED_OUT, SignupState.CREDITED)
"""States of somebody who came."""

HOLDING = (SignupState.OFFERED, SignupState.CONFIRMED, *PRESENT)
"""States that hold one of the shift's places."""

LIVE = (SignupState.WAITLISTED, *HOLDING)
"""States in which a person still counts on a place."""

_LIVE_SQL = text(f"state IN ({', '.join(repr(state.value) for state in LIVE)})")


class Activity(Base):
    """Something volunteers are wanted for, with its risks told beforehand.

    `number` is what people type. `closes_at` is when the last shift stops taking people: lists
    read only what is still ahead, however long the history. `ends_at` is when the last shift
    ends. `revision` counts what those signed up had to be told of: a change of time or place.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_state_closes_at", "state", "closes_at", "id"),
        Index("ix_activity_area_id_ends_at", "area_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(80))
    field: Mapped[Field]
    team: Mapped[TeamKind]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("activity_template.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    place: Mapped[str] = mapped_column(String(120))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    leader_name: Mapped[str] = mapped_column(String(40))
    risk_note: Mapped[str] = mapped_column(Text)
    risk: Mapped[Risk] = mapped_column(default=Risk.NORMAL, server_default="normal")
    insurance_ref: Mapped[str | None] = mapped_column(String(80))
    command_contact: Mapped[str | None] = mapped_column(String(80))
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    training: Mapped[str | None] = mapped_column(String(40))
    qualification: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[ActivityState]
    state_reason: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    closes_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class ActivityTemplate(Base):
    """An activity described once and made again, by hand or by its rule of repetition.

    `repeats` is an RRULE of RFC 5545 in local time; `made_until` is the last day for which
    activities have been made.
    """

    __tablename__ = "activity_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    draft: Mapped[dict[str, Any]]
    repeats: Mapped[str | None] = mapped_column(String(120))
    first_day: Mapped[date | None]
    made_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Shift(Base):
    """One time at which an activity takes so many people.

    `taken` counts the places held (confirmed or offered), `waiting` the people in line; both
    are decided by the one conditional write of a sign-up, never counted first. By the end of
    `record_due` the hours must be confirmed.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="never_oversold"),
        CheckConstraint("waiting >= 0", name="line_is_not_negative"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_shift_starts_at", "starts_at"),
        Index("ix_shift_ends_at", "ends_at"),
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
    record_due: Mapped[date | None] = mapped_column(index=True)
    recorded_at: Mapped[datetime | None]


class Signup(Base):
    """One person's wish to take part in one shift, and what became of it.

    `entered_by` is who did it for them; `walk_in` marks somebody who came without a place and is
    counted beyond the capacity; `override` is why a clash was allowed.
    """

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
    walk_in: Mapped[bool] = mapped_column(default=False, server_default="0")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    override: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    offer_ends_at: Mapped[datetime | None]
