"""The ledger: accounts, transactions that sum to nought, and the chain that proves them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base

_SOME_SQL = text("remains > 0")


class AccountKind(StrEnum):
    """Whose account it is: somebody's own two, or one of the house."""

    PERSON = "person"
    PENDING = "pending"
    ISSUANCE = "issuance"
    REDEMPTION = "redemption"
    EXPIRY = "expiry"


ISSUANCE, EXPIRY, REDEMPTION = 0, -1, -2
"""The ids of the accounts of the house, which the migration has opened."""


class PointsAccount(Base):
    """What somebody has; the issuance account alone is below nought, by all that is about.

    `lines` counts the entries, `booked_at` is when the last one was made. No points are earned
    before `frozen_until`; `stated_month` is the last month of which they were told their statement.
    The account of who proved to be somebody else names nobody, and the one
    it was `joined_into`.
    """

    __tablename__ = "points_account"
    __table_args__ = (
        UniqueConstraint("person_id", "kind"),
        CheckConstraint("kind = 'issuance' OR balance >= 0", name="never_below_nought"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AccountKind]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    balance: Mapped[int] = mapped_column(server_default=text("0"))
    lines: Mapped[int] = mapped_column(server_default=text("0"))
    frozen_until: Mapped[datetime | None]
    stated_month: Mapped[date | None]
    joined_into: Mapped[int | None] = mapped_column(ForeignKey("points_account.id"))
    opened_at: Mapped[datetime]
    booked_at: Mapped[datetime]


class TransactionKind(StrEnum):
    """What moves points."""

    EARN = "earn"
    MATURE = "mature"
    REVERSE = "reverse"
    SPEND = "spend"
    REFUND = "refund"
    EXPIRE = "expire"
    FORFEIT = "forfeit"
    JOIN = "join"


class PointsTransaction(Base):
    """A movement of points and what it rests on; never changed, never deleted.

    `code` and `version` name the rule by which it was earned, else they are empty; `source` is
    what it is for, such as `service_record:12`, `inputs` the SHA-256 of all that was asked for.
    `origin_id` is the transaction that this one undoes or completes, each at most once. `actor` and
    `approved_by` are ids of that time and no references; `shortfall` could not be taken back.
    """

    __tablename__ = "points_transaction"
    __table_args__ = (
        Index("uq_points_transaction_source", "kind", "code", "source", unique=True),
        Index("uq_points_transaction_origin", "kind", "origin_id", unique=True),
        ForeignKeyConstraint(["code", "version"], ["points_rule.code", "points_rule.version"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TransactionKind]
    code: Mapped[str] = mapped_column(String(40), server_default=text("''"))
    version: Mapped[int | None]
    source: Mapped[str | None] = mapped_column(String(80))
    units: Mapped[int | None]
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("points_transaction.id"))
    event_at: Mapped[datetime]
    at: Mapped[datetime]
    actor: Mapped[int | None]
    approved_by: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(400))
    shortfall: Mapped[int] = mapped_column(server_default=text("0"))
    inputs: Mapped[str] = mapped_column(String(64))


class PointsEntry(Base):
    """One line of one account; the lines of a transaction sum to nought. Never changed or deleted.

    A person's own lines are numbered and bear the balance after them. `last_day` is the local day
    through which what came in is good; `lots` tells, for what went out, from which such days.
    """

    __tablename__ = "points_entry"
    __table_args__ = (
        CheckConstraint("delta <> 0", name="moves_something"),
        UniqueConstraint("account_id", "number"),
        Index("ix_points_entry_account_id_at", "account_id", "at", "number"),
    )

    transaction_id: Mapped[int] = mapped_column(
        ForeignKey("points_transaction.id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("points_account.id"), primary_key=True, autoincrement=False
    )
    delta: Mapped[int]
    number: Mapped[int | None]
    balance: Mapped[int | None]
    at: Mapped[datetime]
    last_day: Mapped[date | None]
    lots: Mapped[dict[str, Any] | None]


class PointsLot(Base):
    """What remains in an account of all that is good through the same local day."""

    __tablename__ = "points_lot"
    __table_args__ = (
        CheckConstraint("remains >= 0", name="never_below_nought"),
        Index(
            "ix_points_lot_last_day",
            "last_day",
            "account_id",
            sqlite_where=_SOME_SQL,
            postgresql_where=_SOME_SQL,
        ),
    )

    account_id: Mapped[int] = mapped_column(
        ForeignKey("points_account.id"), primary_key=True, autoincrement=False
    )
    last_day: Mapped[date] = mapped_column(primary_key=True)
    remains: Mapped[int]


class PointsWaiting(Base):
    """Points that were awarded and arrive on a day to come; gone once they have, or are undone."""

    __tablename__ = "points_waiting"
    __table_args__ = (Index("ix_points_waiting_matures_on", "matures_on", "transaction_id"),)

    transaction_id: Mapped[int] = mapped_column(
        ForeignKey("points_transaction.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    points: Mapped[int]
    matures_on: Mapped[date]
    last_day: Mapped[date]


class PointsLink(Base):
    """The place of a transaction in the chain; `digest` is the SHA-256 of it and its entries."""

    __tablename__ = "points_link"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("points_transaction.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class PointsHead(Base):
    """Where the chain of the ledger ends: one row, held by whoever appends until they commit."""

    __tablename__ = "points_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
