"""What residents need volunteers for: the order from asking to rating (四单)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel
from server.volunteers.models.activities import Field


class NeedState(StrEnum):
    """The life of a need; being overdue is no state but a flag."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    IN_SERVICE = "in_service"
    DONE = "done"
    RATED = "rated"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Need(Base):
    """Something a resident needs volunteers for.

    Who asks, their phone, the exact address and what they wrote are sealed. `place` is coarse;
    `address` is shown to confirmed volunteers only, from a day before until the end. `due_at` is
    when the next step should have been taken.
    """

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("rating IS NULL OR (rating >= 1 AND rating <= 5)", name="one_to_five"),
        Index("ix_need_area_id_state", "area_id", "state", "due_at"),
        Index("ix_need_raised_by_id", "raised_by", "id"),
        Index("ix_need_team_id_state", "team_id", "state"),
        Index("ix_need_state_due_at", "state", "due_at", "id"),
        Index("ix_need_state_changed_at", "state", "changed_at", "id"),
        Index("ix_need_state_field", "state", "field", "changed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    channel: Mapped[Channel]
    raised_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    asker_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    asker_phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    title: Mapped[str] = mapped_column(String(80))
    field: Mapped[Field]
    priority: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(120))
    wanted_from: Mapped[datetime | None]
    wanted_until: Mapped[datetime | None]
    people_wanted: Mapped[int] = mapped_column(default=1)
    state: Mapped[NeedState]
    reason: Mapped[str | None] = mapped_column(String(400))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    closing_note: Mapped[str | None] = mapped_column(String(400))
    rating: Mapped[int | None]
    rating_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    follow_up: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]


class NeedStep(Base):
    """One step in the life of a need: who did what, by which door."""

    __tablename__ = "need_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[Channel]
    action: Mapped[str] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(Text)
