"""What a volunteer may show: certificates of hours, trainings and qualifications."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel


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
