"""The table of pictures; the pictures themselves lie sealed in a folder (see `files`)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class Purpose(StrEnum):
    """What a picture is for: it shows a hazard, or that one is put right."""

    HAZARD = "hazard"
    FIX = "fix"


class PhotoState(StrEnum):
    """How far a picture has come; others than its sender see it once it is kept."""

    WAITING = "waiting"
    CHECKING = "checking"
    HELD = "held"
    KEPT = "kept"
    REFUSED = "refused"
    FAILED = "failed"
    PURGED = "purged"


LOST = (PhotoState.REFUSED, PhotoState.FAILED, PhotoState.PURGED)
"""States in which there is no picture, and none to come."""


class Photo(Base):
    """A picture that somebody sent.

    `source` is a hash of who sent what, so that the same message again is the same picture;
    `media_id` is what WeChat fetches it by, and goes once that is over. At `due_at` somebody must
    do the next thing with it: who does moves it on by a minute, and so has a claim that ends by
    itself. `fault` is the code of the refusal that says why there is no picture. `file_name`
    stands as long as files of it may lie on the disk.
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('checking', 'held', 'kept') OR file_name IS NOT NULL",
            name="shows_something",
        ),
        CheckConstraint("(state = 'failed') = (fault IS NOT NULL)", name="failed_for_a_reason"),
        Index("ix_photo_due", "state", "due_at"),
        Index("ix_photo_age", "state", "noted_at"),
        Index("ix_photo_day", "person_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    source: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[Purpose]
    day: Mapped[date]
    media_id: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[PhotoState]
    fault: Mapped[str | None] = mapped_column(String(60))
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    trace_id: Mapped[str | None] = mapped_column(String(64), index=True)
    file_name: Mapped[str | None] = mapped_column(String(40), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    noted_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
