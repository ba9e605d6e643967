"""Stars: what they ask for, who applied for one, and what others said against it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

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

_STANDS_SQL = text("state <> 'declined'")


class StarScheme(Base):
    """How many hours each star asks for, from a day on; an older scheme is never changed.

    `publish_days` is how many working days a reviewed application stays published.
    """

    __tablename__ = "star_scheme"
    __table_args__ = (CheckConstraint("publish_days >= 0", name="publishes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(80))
    since: Mapped[date]
    levels: Mapped[dict[str, Any]]
    publish_days: Mapped[int] = mapped_column(server_default=text("5"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class StarState(StrEnum):
    """The life of an application for a star; one that was awarded stays."""

    APPLIED = "applied"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    AWARDED = "awarded"
    DECLINED = "declined"


PENDING = (StarState.APPLIED, StarState.REVIEWED, StarState.PUBLISHED)
"""States in which an application waits for something."""


class StarAward(Base):
    """A star that somebody applied for, and what became of it.

    `published_until` is the last local day of its publication; while one of its `objections` is
    unanswered nothing is awarded.
    """

    __tablename__ = "star_award"
    __table_args__ = (
        CheckConstraint("objections >= 0", name="objections"),
        Index(
            "uq_star_award_stands",
            "person_id",
            "scheme_id",
            "level",
            unique=True,
            sqlite_where=_STANDS_SQL,
            postgresql_where=_STANDS_SQL,
        ),
        Index("ix_star_award_area_id_state", "area_id", "state", "id"),
        Index("ix_star_award_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    scheme_id: Mapped[int] = mapped_column(ForeignKey("star_scheme.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    level: Mapped[int]
    minutes: Mapped[int]
    state: Mapped[StarState]
    channel: Mapped[Channel]
    applied_at: Mapped[datetime]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    published_until: Mapped[date | None]
    objections: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    awarded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    awarded_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(400))


class ObjectionState(StrEnum):
    """What became of an objection."""

    OPEN = "open"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"


class StarObjection(Base):
    """What somebody says against a star while it is published, in their own (sealed) words."""

    __tablename__ = "star_objection"
    __table_args__ = (
        UniqueConstraint("award_id", "person_id"),
        Index("ix_star_objection_state_due", "state", "due", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("star_award.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[Channel]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[ObjectionState]
    raised_at: Mapped[datetime]
    due: Mapped[date]
    answer: Mapped[str | None] = mapped_column(String(400))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
