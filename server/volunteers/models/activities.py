"""Activities as they are described, reviewed and made again."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


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
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    @property
    def drafted_by(self) -> int | None:
        """Return who has last said what the draft says."""
        return self.edited_by or self.created_by


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
