"""The letter a member gets each year, what they answer, and what they need until it is solved."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel

_OPEN = sql("solved_at IS NULL")


class PartyLetter(Base):
    """The letter of a year: written by the branch over the year's facts, sent, and answered.

    `facts` are what the year has brought, frozen when it is sent; `words` are the branch's own.
    Both and `answer`, which came by the door `channel`, are sealed. Until `sent_at` only the
    branch sees it; `read_at` is when the member first opened it.
    """

    __tablename__ = "party_letter"
    __table_args__ = (
        CheckConstraint("revision > 0", name="has_a_revision"),
        CheckConstraint("sent_at IS NULL OR facts IS NOT NULL", name="sent_with_facts"),
        Index("uq_party_letter_year", "file_id", "year", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("party_file.id", ondelete="CASCADE"))
    year: Mapped[int]
    facts: Mapped[bytes | None] = mapped_column(LargeBinary)
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    channel: Mapped[Channel | None]
    answered_at: Mapped[datetime | None]
    revision: Mapped[int]


class NeedSource(StrEnum):
    """Where a member has told of a need."""

    REPORT = "report"
    LETTER = "letter"
    CONTACT = "contact"


class PartyNeed(Base):
    """Something a member needs, open until it is solved; `words` and `outcome` are sealed.

    `mark` finds the same words again under our key, so that told twice it is one need.
    """

    __tablename__ = "party_need"
    __table_args__ = (
        CheckConstraint("solved_at IS NULL OR outcome IS NOT NULL", name="solved_in_words"),
        Index(
            "uq_party_need_open",
            *("file_id", "mark"),
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_party_need_file_id", "file_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("party_file.id", ondelete="CASCADE"))
    source: Mapped[NeedSource]
    period: Mapped[str] = mapped_column(String(10))
    mark: Mapped[str] = mapped_column(String(64))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[Channel]
    opened_at: Mapped[datetime]
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary)
    solved_at: Mapped[datetime | None]
