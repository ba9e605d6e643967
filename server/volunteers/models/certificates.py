"""What a volunteer may show: certificates of hours, stars, trainings and qualifications."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel

_STANDS_SQL = text("state <> 'declined'")


class Certificate(Base):
    """Hours served until a day, numbered, with what it was made of.

    `snapshot` holds, sealed, the name and all that is printed; `snapshot_hash` is its SHA-256.
    A later change to one of its records supersedes it. `area_id` is the holder's area, or that of
    their newest record: whose staff find it in their list.
    """

    __tablename__ = "certificate"
    __table_args__ = (Index("ix_certificate_area_id_id", "area_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    minutes: Mapped[int]
    records: Mapped[int]
    issued_at: Mapped[datetime]
    channel: Mapped[Channel]
    issuer: Mapped[str] = mapped_column(String(80))
    snapshot: Mapped[bytes] = mapped_column(LargeBinary)
    snapshot_hash: Mapped[str] = mapped_column(String(64))
    superseded_at: Mapped[datetime | None]


class CertificateLine(Base):
    """One record on a certificate, in the version it had then."""

    __tablename__ = "certificate_line"
    __table_args__ = (UniqueConstraint("certificate_id", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    record_id: Mapped[int] = mapped_column(ForeignKey("service_record.id"), index=True)
    version: Mapped[int]
    minutes: Mapped[int]


class StarScheme(Base):
    """How many hours each star asks for, from a day on; an older scheme is never changed."""

    __tablename__ = "star_scheme"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(80))
    since: Mapped[date]
    levels: Mapped[dict[str, Any]]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class StarState(StrEnum):
    """The life of an application for a star; one that was awarded stays."""

    APPLIED = "applied"
    REVIEWED = "reviewed"
    AWARDED = "awarded"
    DECLINED = "declined"


class StarAward(Base):
    """A star that somebody applied for, and what became of it."""

    __tablename__ = "star_award"
    __table_args__ = (
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
    awarded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    awarded_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(400))


class SkillKind(StrEnum):
    """A training somebody attended, or a qualification they hold."""

    TRAINING = "training"
    QUALIFICATION = "qualification"


class Skill(Base):
    """A training or qualification that staff have seen; activities may ask for its name."""

    __tablename__ = "skill"
    __table_args__ = (UniqueConstraint("person_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[SkillKind]
    name: Mapped[str] = mapped_column(String(40))
    granted_on: Mapped[date]
    valid_until: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(String(200))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
