from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base

_OPEN_SQL = text("state IN ('queued', 'sending')")


class NoticeState(StrEnum):
    """The life of a notice."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    DEAD = "dead"
    DROPPED = "dropped"


class Notice(Base):
    """One thing one person must hear of, once; `key` is what it is about, and unique.

    A worker claims a row until `claimed_until`, sends outside any transaction, and settles only
    while the claim is still its own. `channel` is set when a send begins: a claim that ran out
    without one was never sent. `credit_id` is the credit taken for a send whose outcome is not
    known yet. After `not_after` it is no longer worth sending.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "due_at", "id", sqlite_where=_OPEN_SQL, postgresql_where=_OPEN_SQL),
        Index("ix_notice_person_id_queued_at", "person_id", "queued_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.QUEUED)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str | None] = mapped_column(String(20))
    credit_id: Mapped[int | None] = mapped_column(ForeignKey("credit.id"))
    outcome: Mapped[str | None]
    message_id: Mapped[str | None] = mapped_column(String(64), index=True)
    settled_at: Mapped[datetime | None] = mapped_column(index=True)


class Source(StrEnum):
    """Who told of an accepted subscription."""

    CLIENT = "client"
    EVENT = "event"
    BOTH = "both"


class Credit(Base):
    """How many subscription messages of a template an account still allows us.

    `accepted_at` and `told_by` are those of the last acceptance, so that it counts once when the
    mini-program and WeChat both tell of it.
    """

    __tablename__ = "credit"
    __table_args__ = (
        UniqueConstraint("account_id", "template_id"),
        CheckConstraint("balance >= 0", name="never_overdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    template_id: Mapped[str] = mapped_column(String(64))
    balance: Mapped[int]
    accepted_at: Mapped[datetime]
    told_by: Mapped[Source]
