"""What people agreed to, who answers for minors, and who wants to be forgotten."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models.persons import Channel


class Consent(Base):
    """What somebody agreed to, in which version of the text, by which door."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("person_id", "purpose", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    channel: Mapped[Channel]
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Guardian(Base):
    """A grown-up who answers for a minor and has agreed that they serve; name and phone sealed.

    `seen_by` is the member of staff before whom they agreed, when it was not in their own chat.
    """

    __tablename__ = "guardian"
    __table_args__ = (UniqueConstraint("minor_id", "phone_mark"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    phone: Mapped[bytes] = mapped_column(LargeBinary)
    phone_mark: Mapped[str] = mapped_column(String(64))
    relation: Mapped[str] = mapped_column(String(20))
    channel: Mapped[Channel]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ErasureState(StrEnum):
    """The life of a wish to be forgotten."""

    ASKED = "asked"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Erasure(Base):
    """A wish to be forgotten, and the tombstone that keeps a restored backup from undoing it.

    `person_id` is no reference, so that it outlives everything else that is known of them.
    `marks`, once done, tells the erased person from another who bears the id in a restored backup:
    when we met them, and a keyed mark of each of their accounts.
    """

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    channel: Mapped[Channel]
    state: Mapped[ErasureState]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
