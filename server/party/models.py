"""The tables of floating Party members. What says something of a person is sealed, by our key."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel


class Office(StrEnum):
    """What somebody is in a branch."""

    SECRETARY = "secretary"
    COMMITTEE = "committee"


class FileState(StrEnum):
    """The life of a file. Only a person ever says that contact is broken."""

    REPORTED = "reported"
    ACTIVE = "active"
    CONTACT_BROKEN = "contact_broken"
    RETURNED = "returned"
    TRANSFERRED = "transferred"


LIVE = (FileState.REPORTED, FileState.ACTIVE, FileState.CONTACT_BROKEN)
"""Of these one person has one at most."""
_LIVE = sql("state IN ('reported', 'active', 'contact_broken')")


class Way(StrEnum):
    """How a contact was in touch with a member."""

    PHONE = "phone"
    MESSAGE = "message"
    VISIT = "visit"
    MEETING = "meeting"
    OTHER = "other"


class Look(StrEnum):
    """Which part of a file somebody has read."""

    FILE = "file"
    LIST = "list"
    CONTACT = "contact"
    LOG = "log"
    READS = "reads"
    CHECKLIST = "checklist"
    EXPORT = "export"
    COPY = "copy"


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


class PartyFile(Base):
    """The file of a floating member: working notes, of which the national system is the record.

    Texts are sealed at `party_file:ID:FIELD`; `name_mark` and `phone_mark` find them again, both
    under our key. `consent_version` is the text they agreed to, `withdrawn_at` when they took it
    back. There is no place for papers of admission, nor for any number of an identity card.
    """

    __tablename__ = "party_file"
    __table_args__ = (
        CheckConstraint("revision > 0", name="has_a_revision"),
        Index(
            "uq_party_file_live",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_party_file_home", "home_id", "state", "id"),
        Index("ix_party_file_host", "host_id", "state", "id"),
        Index("ix_party_file_person_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    home_id: Mapped[int] = mapped_column(ForeignKey("party_branch.id"))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("party_branch.id"))
    state: Mapped[FileState]
    name: Mapped[bytes] = mapped_column(LargeBinary)
    name_mark: Mapped[str] = mapped_column(String(64), index=True)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_mark: Mapped[str | None] = mapped_column(String(64))
    place: Mapped[bytes | None] = mapped_column(LargeBinary)
    employer: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    card_no: Mapped[bytes | None] = mapped_column(LargeBinary)
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    left_on: Mapped[date | None]
    arrived_on: Mapped[date | None]
    channel: Mapped[Channel]
    consent_version: Mapped[int | None]
    agreed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    reported_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    revision: Mapped[int]


class Contact(Base):
    """Who keeps in touch with a member; one at a time."""

    __tablename__ = "party_contact"
    __table_args__ = (
        Index(
            "uq_party_contact_active",
            "file_id",
            unique=True,
            sqlite_where=sql("until IS NULL"),
            postgresql_where=sql("until IS NULL"),
        ),
        Index("ix_party_contact_contact_id", "contact_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("party_file.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class ContactLog(Base):
    """That somebody was in touch with a member on a day, or tried to; `note` is sealed."""

    __tablename__ = "party_contact_log"
    __table_args__ = (
        Index("uq_party_contact_log_day", "file_id", "by_id", "day", "way", unique=True),
        Index("ix_party_contact_log_quarter", "file_id", "quarter", "reached"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("party_file.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    day: Mapped[date]
    quarter: Mapped[str] = mapped_column(String(6))
    way: Mapped[Way]
    reached: Mapped[bool]
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    channel: Mapped[Channel]
    at: Mapped[datetime]


class FileRead(Base):
    """That somebody has read a part of a file, when and why; the member sees all of these."""

    __tablename__ = "party_read"
    __table_args__ = (Index("ix_party_read_file_id", "file_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("party_file.id", ondelete="CASCADE"))
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[Look]
    why: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(index=True)


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
