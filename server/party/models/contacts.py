"""Who keeps in touch with a member, that they did, and who has looked at a file."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel


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
    REPORT = "report"
    REVIEW = "review"
    LETTER = "letter"
    NEED = "need"


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
