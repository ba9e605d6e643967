"""The tables of rewards: the catalogue, stock by station, vouchers and their codes."""

from datetime import date, datetime
from enum import StrEnum

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
from server.people.models import Channel

_RESERVED_SQL = text("state = 'reserved'")


class Reward(Base):
    """Something that points buy; what it is and costs by now says the version named here."""

    __tablename__ = "reward"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    active: Mapped[bool]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class RewardVersion(Base):
    """What a reward was from one edit to the next; never changed, since vouchers name it.

    It is given out on local days from `since` to `until`, at most so many to one person in a local
    month and ever. `made_by` is an id of that time and no reference.
    """

    __tablename__ = "reward_version"
    __table_args__ = (
        CheckConstraint("points BETWEEN 1 AND 10000", name="costs_something"),
        CheckConstraint("month_limit > 0 AND ever_limit > 0", name="limits"),
    )

    reward_id: Mapped[int] = mapped_column(ForeignKey("reward.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(120))
    points: Mapped[int]
    month_limit: Mapped[int | None]
    ever_limit: Mapped[int | None]
    since: Mapped[date]
    until: Mapped[date | None]
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]


class RewardStock(Base):
    """How much of a reward lies at a station: `free`, and `held` for vouchers. Both lie there.

    `moves` counts the movements, which sum to what stands here.
    """

    __tablename__ = "reward_stock"
    __table_args__ = (
        CheckConstraint("free >= 0 AND held >= 0", name="never_below_nought"),
        Index("ix_reward_stock_station_id", "station_id", "reward_id"),
    )

    reward_id: Mapped[int] = mapped_column(ForeignKey("reward.id"), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True)
    free: Mapped[int]
    held: Mapped[int]
    moves: Mapped[int]


class MoveKind(StrEnum):
    """What moves stock: staff brought some or counted anew, riders held, gave back, collected."""

    RECEIVED = "received"
    CORRECTED = "corrected"
    HELD = "held"
    RETURNED = "returned"
    COLLECTED = "collected"


class RewardMove(Base):
    """One movement of stock and what lay there after it; never changed, never deleted.

    `free` and `held` are how much more, or less, there is since. `actor` and `approved_by` are
    ids of that time and no references.
    """

    __tablename__ = "reward_move"
    __table_args__ = (
        ForeignKeyConstraint(
            ["reward_id", "station_id"], ["reward_stock.reward_id", "reward_stock.station_id"]
        ),
        CheckConstraint("free_after >= 0 AND held_after >= 0", name="never_below_nought"),
        Index("ix_reward_move_at", "at"),
    )

    reward_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    station_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[MoveKind]
    free: Mapped[int]
    held: Mapped[int]
    free_after: Mapped[int]
    held_after: Mapped[int]
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    actor: Mapped[int | None]
    approved_by: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]


class RewardCount(Base):
    """How many of a reward somebody has had in a local month, such as `2026-03`, or `ever`."""

    __tablename__ = "reward_count"
    __table_args__ = (CheckConstraint("0 <= used AND used <= most", name="within_the_limit"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    reward_id: Mapped[int] = mapped_column(ForeignKey("reward.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    used: Mapped[int]
    most: Mapped[int]


class VoucherState(StrEnum):
    """The life of a voucher: it ends once, and is paid back unless it was collected."""

    RESERVED = "reserved"
    COLLECTED = "collected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Voucher(Base):
    """One piece of a reward that is paid for and waits at a station until `expires_at`.

    `version` and `points` are those of the moment it was held, `transaction_id` the payment.
    `ended_by` is who handed it over, `held_by` the staff who held it for somebody that called: ids
    of that time and no references.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        ForeignKeyConstraint(
            ["reward_id", "version"], ["reward_version.reward_id", "reward_version.version"]
        ),
        ForeignKeyConstraint(
            ["reward_id", "station_id"], ["reward_stock.reward_id", "reward_stock.station_id"]
        ),
        CheckConstraint("(state = 'reserved') = (ended_at IS NULL)", name="ends_once"),
        Index("ix_voucher_person_id", "person_id", "id"),
        Index("ix_voucher_station_id", "station_id", "id"),
        Index(
            "ix_voucher_due",
            "expires_at",
            "id",
            sqlite_where=_RESERVED_SQL,
            postgresql_where=_RESERVED_SQL,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reward_id: Mapped[int]
    version: Mapped[int]
    points: Mapped[int]
    station_id: Mapped[int]
    state: Mapped[VoucherState]
    transaction_id: Mapped[int] = mapped_column(ForeignKey("points_transaction.id"), unique=True)
    held_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    extended: Mapped[bool]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None]
    held_by: Mapped[int | None]
    channel: Mapped[Channel]


class VoucherCode(Base):
    """What opens a voucher: the keyed mark it is found by, and the code sealed for its owner."""

    __tablename__ = "voucher_code"
    __table_args__ = (UniqueConstraint("mark"),)

    voucher_id: Mapped[int] = mapped_column(
        ForeignKey("voucher.id"), primary_key=True, autoincrement=False
    )
    mark: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)
