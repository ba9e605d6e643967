"""What the desk of points keeps: evidence of awards by hand, flows by day, and what looks odd."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.riders.models.ledger import TransactionKind

_OPEN_SQL = text("state = 'open'")


class PointsEvidence(Base):
    """What an award by hand rests on, in the words of whoever vouched; gone with its person.

    The ledger itself bears no such words, since nothing there can be taken away. `reference` is
    where more of it is kept, such as the number of a slip.
    """

    __tablename__ = "points_evidence"

    transaction_id: Mapped[int] = mapped_column(
        ForeignKey("points_transaction.id"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(String(400))
    reference: Mapped[str] = mapped_column(String(80))


class PointsFlow(Base):
    """What moved on one local day by one kind of transaction and one rule, counted once.

    `points` is how many went out of, or came back to, the house, `number` in how many
    transactions; the code of a reversal is that of the award it undoes.
    """

    __tablename__ = "points_flow"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[TransactionKind] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    points: Mapped[int]
    number: Mapped[int]


class PointsFlowHead(Base):
    """Up to which place of the chain the flows are counted: one row."""

    __tablename__ = "points_flow_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    counted_at: Mapped[datetime]


class OddityKind(StrEnum):
    """What may look odd about how points are given."""

    PAIR = "pair"
    BURST = "burst"
    LINKED = "linked"
    FULL = "full"
    REVERSED = "reversed"


class OddState(StrEnum):
    """Whether a person has looked at it, and what they made of it."""

    OPEN = "open"
    CLEARED = "cleared"
    ACTED_ON = "acted_on"


class PointsOddity(Base):
    """Something odd about points, for a person to judge; no machine acts upon it.

    `key` is that of the pattern with its days, so that it is listed once. `person_id` is who got
    the points, `verifier_id` who vouched, where it is about one of them; `facts` are numbers.
    """

    __tablename__ = "points_oddity"
    __table_args__ = (
        Index(
            "ix_points_oddity_open",
            "area_id",
            "id",
            sqlite_where=_OPEN_SQL,
            postgresql_where=_OPEN_SQL,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[OddityKind]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    verifier_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[dict[str, Any]]
    state: Mapped[OddState]
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(index=True)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(String(400))
