from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.notices.broadcasts.models import Broadcast as Broadcast
from server.notices.broadcasts.models import BroadcastState as BroadcastState
from server.notices.shown import TOLD

_OPEN_SQL = text("state IN ('queued', 'sending')")
_SENDING_SQL = text("state = 'sending'")
_FAILED_SQL = text("state IN ('unreachable', 'dead', 'dropped')")
_OF_BROADCAST_SQL = text("broadcast_id IS NOT NULL")


def _known(name: str, column: str, *more: str) -> Index:
    """Return an index of the rows that have something there: what waits costs it nothing."""
    there = text(f"{column} IS NOT NULL")
    return Index(name, column, *more, sqlite_where=there, postgresql_where=there)


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
    without one was never sent, and one that waits with one may have arrived. `credit_id` is the
    credit taken for a send whose outcome is not known yet. `result` is what WeChat told later of a
    message it had taken; it never changes. After `not_after` it is no longer worth sending.
    `read_at` is when the person first saw it in their inbox.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "due_at", "id", sqlite_where=_OPEN_SQL, postgresql_where=_OPEN_SQL),
        Index(
            "ix_notice_sending",
            "person_id",
            sqlite_where=_SENDING_SQL,
            postgresql_where=_SENDING_SQL,
        ),
        Index("ix_notice_person_id_queued_at", "person_id", "queued_at"),
        Index("ix_notice_anchor", "anchor", sqlite_where=_OPEN_SQL, postgresql_where=_OPEN_SQL),
        _known("ix_notice_obligation", "obligation", "person_id"),
        _known("ix_notice_message_id", "message_id"),
        _known("ix_notice_settled_at", "settled_at"),
        _known("ix_notice_digest_id", "digest_id"),
        Index(
            "ix_notice_state_settled_at",
            "state",
            "settled_at",
            "id",
            sqlite_where=_FAILED_SQL,
            postgresql_where=_FAILED_SQL,
        ),
        Index(
            "ix_notice_broadcast_id_state",
            "broadcast_id",
            "state",
            sqlite_where=_OF_BROADCAST_SQL,
            postgresql_where=_OF_BROADCAST_SQL,
        ),
        Index(
            "ix_notice_told",
            "person_id",
            "settled_at",
            "id",
            sqlite_where=text(TOLD),
            postgresql_where=text(TOLD),
        ),
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
    message_id: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None]
    obligation: Mapped[str | None] = mapped_column(String(80))
    anchor: Mapped[str | None] = mapped_column(String(80))
    offset_seconds: Mapped[int | None]
    version: Mapped[int | None]
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id"))
    result: Mapped[str | None] = mapped_column(String(40))
    result_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Source(StrEnum):
    """Who told of an accepted subscription."""

    CLIENT = "client"
    EVENT = "event"
    BOTH = "both"


class Credit(Base):
    """How many subscription messages of a template an account still allows us.

    The mini-program and WeChat may both tell of one acceptance: `ahead` is by how many the
    mini-program is ahead of WeChat since `accepted_at` (below nought: WeChat is), so that each
    counts once in whatever order they come. `lasting` is allowed for good, and never used up.
    `turned_off_at` is when the person has last taken all of it back.
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
    lasting: Mapped[bool] = mapped_column(default=False, server_default=false())
    ahead: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    turned_off_at: Mapped[datetime | None]


class NoticeTemplate(Base):
    """One version of what the district says in notices of a kind; the highest is in force.

    `content` holds only what differs from the kind as it is in code. Rows are never changed.
    """

    __tablename__ = "notice_template"
    __table_args__ = (UniqueConstraint("kind", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]


class Circuit(Base):
    """A way to reach people that WeChat closed to everybody, until a moment or until staff act.

    `way` is an app, one of its ways, or one template of that: `official`, `official:template`,
    `official:template:tpl-offer`.
    """

    __tablename__ = "circuit"

    way: Mapped[str] = mapped_column(String(100), primary_key=True)
    code: Mapped[int | None]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    closed_until: Mapped[datetime | None]


class NoticeHour(Base):
    """How many notices of a kind ended which way within an hour (UTC), counted afterwards."""

    __tablename__ = "notice_hour"
    __table_args__ = (UniqueConstraint("hour", "kind", "way", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(60))
    way: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
