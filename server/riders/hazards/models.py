"""The tables of hazard reports."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel

_DRAFT_SQL = text("state = 'draft'")


class HazardState(StrEnum):
    """The life of a report; being overdue, or waiting for its reporter, is no state but a flag."""

    DRAFT = "draft"
    RECEIVED = "received"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    FIXING = "fixing"
    FIXED = "fixed"
    RATED = "rated"
    REJECTED = "rejected"
    MERGED = "merged"
    ROUTED_OUT = "routed_out"


class RejectReason(StrEnum):
    """Why a report is not counted: the nine reasons of a comparable city (Linyi)."""

    OUT_OF_SCOPE = "out_of_scope"
    UNCLEAR = "unclear"
    SLIGHT = "slight"
    KNOWN = "known"
    UNTRUE = "untrue"
    FALSE = "false"
    IN_COURT = "in_court"
    SPLIT = "split"
    OTHER = "other"


class Direction(StrEnum):
    """Where something belongs that is no hazard (信访工作条例 30 and 31)."""

    ACCUSATION = "accusation"
    CLAIM = "claim"


class AppealState(StrEnum):
    """What became of the one appeal against a rejection."""

    OPEN = "open"
    GRANTED = "granted"
    UPHELD = "upheld"


class Award(StrEnum):
    """What became of the points for a report: given, waiting for the street's word, or refused."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class Hazard(Base):
    """Something dangerous that somebody saw; people name it by its id.

    What was written is sealed; `place` is in words, `cell` some hundred metres around it (see
    `cells`). `area_id` is who looks at it, `assigned_id` who puts it right. `due_at` is when the
    next step should have been taken; while a question to the reporter is open it is empty, and
    `left_minutes` is the working time that is left. `first_id` is the report it was merged into.
    What was routed out keeps when it came and where it belongs, and nothing else (R3).
    """

    __tablename__ = "hazard"
    __table_args__ = (
        CheckConstraint("rating IS NULL OR (rating >= 1 AND rating <= 5)", name="one_to_five"),
        CheckConstraint("due_at IS NULL OR left_minutes IS NULL", name="runs_or_waits"),
        CheckConstraint(
            "state <> 'rejected' OR (reason_code IS NOT NULL AND reason IS NOT NULL)",
            name="rejected_for_a_reason",
        ),
        CheckConstraint("(state = 'merged') = (first_id IS NOT NULL)", name="merged_into_one"),
        CheckConstraint("first_id <> id", name="not_into_itself"),
        CheckConstraint(
            "state <> 'routed_out' OR (reporter_id IS NULL AND words IS NULL AND cell IS NULL)",
            name="routed_out_forgets",
        ),
        Index(
            "uq_hazard_draft",
            "reporter_id",
            unique=True,
            sqlite_where=_DRAFT_SQL,
            postgresql_where=_DRAFT_SQL,
        ),
        Index("ix_hazard_reporter_id", "reporter_id", "id"),
        Index("ix_hazard_area_id", "area_id", "state", "due_at"),
        Index("ix_hazard_assigned_id", "assigned_id", "state", "due_at"),
        Index("ix_hazard_cell", "cell", "kind", "received_at"),
        Index("ix_hazard_state", "state", "changed_at", "id"),
        Index("ix_hazard_first_id", "first_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[Channel]
    state: Mapped[HazardState]
    kind: Mapped[str] = mapped_column(String(40))
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    place: Mapped[str] = mapped_column(String(120), default="")
    cell: Mapped[str | None] = mapped_column(String(80))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    assigned_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    urgent: Mapped[bool] = mapped_column(default=False)
    hard: Mapped[bool] = mapped_column(default=False)
    extended: Mapped[bool] = mapped_column(default=False)
    reopened: Mapped[bool] = mapped_column(default=False)
    reason_code: Mapped[RejectReason | None]
    reason: Mapped[str | None] = mapped_column(String(400))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appeal: Mapped[AppealState | None]
    direction: Mapped[Direction | None]
    first_id: Mapped[int | None] = mapped_column(ForeignKey("hazard.id"))
    question: Mapped[str | None] = mapped_column(String(200))
    left_minutes: Mapped[int | None]
    due_at: Mapped[datetime | None]
    note_due_at: Mapped[datetime | None]
    closing_note: Mapped[str | None] = mapped_column(String(400))
    award: Mapped[Award | None]
    award_refused: Mapped[str | None] = mapped_column(String(60))
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("points_transaction.id"))
    points: Mapped[int] = mapped_column(default=0)
    rating: Mapped[int | None]
    rating_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    fixed_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class HazardStep(Base):
    """One step in the life of a report: who did what, by which door; `by` None is the timetable."""

    __tablename__ = "hazard_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    hazard_id: Mapped[int] = mapped_column(ForeignKey("hazard.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[Channel]
    action: Mapped[str] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(String(400))


class HazardSpot(Base):
    """Where exactly, in millionths of a degree of GCJ-02; gone within a week (G7)."""

    __tablename__ = "hazard_spot"

    hazard_id: Mapped[int] = mapped_column(
        ForeignKey("hazard.id"), primary_key=True, autoincrement=False
    )
    lat: Mapped[int]
    lng: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)


class HazardCase(Base):
    """Which report of one kind in one cell was the first to be found true, and when it came in.

    Later ones within 72 hours of `since` are merged into it, until it was put right (`over_at`).
    """

    __tablename__ = "hazard_case"
    __table_args__ = (UniqueConstraint("cell", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    first_id: Mapped[int] = mapped_column(ForeignKey("hazard.id"), index=True)
    since: Mapped[datetime] = mapped_column(index=True)
    over_at: Mapped[datetime | None]


class HazardPhoto(Base):
    """A photo of a report; it lies outside the database (see `server.photos`)."""

    __tablename__ = "hazard_photo"
    __table_args__ = (UniqueConstraint("hazard_id", "photo_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hazard_id: Mapped[int] = mapped_column(ForeignKey("hazard.id"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
