"""Hours served: a record of each presence, every version kept, and what was disputed."""

from datetime import date, datetime
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
from server.volunteers.models.activities import Field

_COUNTS_SQL = text("state <> 'void'")
_OPEN_SQL = text("state = 'open'")


class RecordState(StrEnum):
    """The life of a service record; `approval` waits for a second person."""

    APPROVAL = "approval"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    FINAL = "final"
    VOID = "void"


class Source(StrEnum):
    """What the hours rest on."""

    ATTENDANCE = "attendance"
    PAPER = "paper"
    HAND = "hand"


class ServiceRecord(Base):
    """What one person served in one shift, as it stands: the newest of its versions.

    `day` is the local day of the start. `due` is the last working day on which the leader may
    confirm (10 working days after the shift, see `volunteers.deadlines`).
    """

    __tablename__ = "service_record"
    __table_args__ = (
        CheckConstraint("minutes >= 0 AND minutes <= 480", name="within_a_day"),
        Index(
            "uq_service_record_counts",
            "person_id",
            "shift_id",
            unique=True,
            sqlite_where=_COUNTS_SQL,
            postgresql_where=_COUNTS_SQL,
        ),
        Index("ix_service_record_person_id_day", "person_id", "day"),
        Index("ix_service_record_shift_id", "shift_id", "id"),
        Index("ix_service_record_area_id_day", "area_id", "day", "id"),
        Index("ix_service_record_state_due", "state", "due", "id"),
        Index("ix_service_record_day", "day", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("signup.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    field: Mapped[Field]
    day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[RecordState]
    disputed: Mapped[bool] = mapped_column(default=False)
    source: Mapped[Source]
    version: Mapped[int] = mapped_column(default=1)
    due: Mapped[date]
    escalated_at: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RecordVersion(Base):
    """What a record said once: never changed, never deleted."""

    __tablename__ = "record_version"
    __table_args__ = (UniqueConstraint("record_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("service_record.id"))
    version: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[RecordState]
    reason: Mapped[str] = mapped_column(String(400))
    evidence: Mapped[str | None] = mapped_column(String(400))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[Channel]
    made_at: Mapped[datetime]


class DisputeState(StrEnum):
    """What became of a dispute."""

    OPEN = "open"
    AMENDED = "amended"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"


class Dispute(Base):
    """A volunteer's objection to a record, in their own (sealed) words, and its answer."""

    __tablename__ = "dispute"
    __table_args__ = (
        Index(
            "uq_dispute_open",
            "record_id",
            unique=True,
            sqlite_where=_OPEN_SQL,
            postgresql_where=_OPEN_SQL,
        ),
        Index("ix_dispute_state_due", "state", "due", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("service_record.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[Channel]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[DisputeState]
    raised_at: Mapped[datetime]
    due: Mapped[date]
    answer: Mapped[str | None] = mapped_column(String(400))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
