"""Who came, when, by which route it was shown, and what looks odd about it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base

_OPEN_SQL = text("out_at IS NULL")
_WAITS_SQL = text("state = 'open'")


class Route(StrEnum):
    """By which of the equal routes a presence was shown.

    Nobody comes by `self` or `schedule`: a volunteer may say that they leave, without a code, and
    whoever says nothing leaves by the schedule.
    """

    ROTATING_CODE = "rotating_code"
    OWN_CODE = "own_code"
    ROSTER = "roster"
    PAPER = "paper"
    SELF = "self"
    SCHEDULE = "schedule"


class Attendance(Base):
    """One person's presence at one shift, from coming until leaving; times are the server's.

    `in_by` and `out_by` are the witness where there was one. `device` is a keyed mark of the
    phone. A missing check-out is closed by the schedule.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("out_at IS NULL OR out_at >= in_at", name="leaves_after_coming"),
        Index(
            "uq_attendance_open",
            "person_id",
            unique=True,
            sqlite_where=_OPEN_SQL,
            postgresql_where=_OPEN_SQL,
        ),
        Index("ix_attendance_shift_id", "shift_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), unique=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    in_at: Mapped[datetime]
    in_route: Mapped[Route]
    in_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    out_at: Mapped[datetime | None]
    out_route: Mapped[Route | None]
    out_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    device: Mapped[str | None] = mapped_column(String(64), index=True)
    evidence: Mapped[str | None] = mapped_column(String(400))
    recheck: Mapped[str | None] = mapped_column(String(20))
    entered_at: Mapped[datetime] = mapped_column(index=True)


class PlaceHint(Base):
    """Where a phone said it was at check-in: one coarse point, deleted after seven days."""

    __tablename__ = "place_hint"

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"), unique=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    accuracy: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(index=True)


class OwnCode(Base):
    """A volunteer's own one-time code, shown to the leader; kept as a keyed mark."""

    __tablename__ = "own_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OddityState(StrEnum):
    """What a person made of something odd."""

    OPEN = "open"
    CLEARED = "cleared"
    ACTED_ON = "acted_on"


class Oddity(Base):
    """Something that looks odd, for a person to judge; no machine acts upon it."""

    __tablename__ = "oddity"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_oddity_area_id_state", "area_id", "state", "id"),
        Index("ix_oddity_open", "id", sqlite_where=_WAITS_SQL, postgresql_where=_WAITS_SQL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    facts: Mapped[dict[str, Any]]
    state: Mapped[OddityState]
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(String(400))
