"""The file of a floating member. What says something of a person is sealed, by our key."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel


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
