"""Branches, who leads them, and the lists that come and go."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class Office(StrEnum):
    """What somebody is in a branch."""

    SECRETARY = "secretary"
    COMMITTEE = "committee"


class Branch(Base):
    """A branch (支部). One `outside` the district has no organisers here, and is only named."""

    __tablename__ = "party_branch"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    outside: Mapped[bool]
    created_at: Mapped[datetime]


class Organiser(Base):
    """Somebody who is secretary of a branch, or on its committee, from a moment until another."""

    __tablename__ = "party_organiser"
    __table_args__ = (
        Index("ix_party_organiser_person_id", "person_id", "until"),
        Index(
            "uq_party_organiser_secretary",
            "branch_id",
            unique=True,
            sqlite_where=sql("until IS NULL AND office = 'secretary'"),
            postgresql_where=sql("until IS NULL AND office = 'secretary'"),
        ),
        Index(
            "uq_party_organiser_person",
            *("branch_id", "person_id", "office"),
            unique=True,
            sqlite_where=sql("until IS NULL"),
            postgresql_where=sql("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("party_branch.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    office: Mapped[Office]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class UploadState(StrEnum):
    """The life of a branch's list that was brought along."""

    PREVIEWED = "previewed"
    APPLIED = "applied"
    DISCARDED = "discarded"


class PartyUpload(Base):
    """A branch's list as it was read, sealed whole; whoever brought it looks at it, nobody else."""

    __tablename__ = "party_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("party_branch.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    lines: Mapped[bytes | None] = mapped_column(LargeBinary)
    count: Mapped[int]
    flaws: Mapped[int]
    state: Mapped[UploadState]
    made_at: Mapped[datetime] = mapped_column(index=True)


class PartyList(Base):
    """That two people have allowed a third to take a branch's list along, once within a day."""

    __tablename__ = "party_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("party_branch.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    second_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    allowed_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    taken_at: Mapped[datetime | None]


class PartyKeeping(Base):
    """That a branch keeps what it has of an old quarter until a moment; then it is asked again."""

    __tablename__ = "party_keeping"
    __table_args__ = (Index("uq_party_keeping_quarter", "branch_id", "quarter", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("party_branch.id"))
    quarter: Mapped[str] = mapped_column(String(6))
    until: Mapped[datetime] = mapped_column(index=True)
