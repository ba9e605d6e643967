"""What points are given for: versions of rules, dated, never changed once they are in force."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base

OVERALL = "ALL"
"""The rule that gives nothing and bounds the points of a month, whatever they are for."""


class Verifier(StrEnum):
    """Who has seen that a deed was done; never whoever gets the points for it."""

    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"
    LEADER = "leader"
    ORGANISER = "organiser"


class PointsRule(Base):
    """One version of a rule, in force on local days from `since` to `until`, the newest first.

    A unit (one deed, one full hour) gives `least` to `most` points. Caps are units a local day,
    a month, and ever; those of `ALL` are points. `pending` points arrive on the next day.
    """

    __tablename__ = "points_rule"
    __table_args__ = (
        CheckConstraint("0 <= least AND least <= most AND most <= 1000", name="points"),
        CheckConstraint("day_cap > 0 AND month_cap > 0 AND ever_cap > 0", name="caps"),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(40))
    least: Mapped[int]
    most: Mapped[int]
    day_cap: Mapped[int | None]
    month_cap: Mapped[int | None]
    ever_cap: Mapped[int | None]
    verifier: Mapped[Verifier]
    two_persons: Mapped[bool] = mapped_column(default=False)
    pending: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date]
    until: Mapped[date | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class PointsCount(Base):
    """How much of a cap somebody has used up in one period; `most` is the cap as it then was.

    The period is a local day, a month, or `ever`; the code is a rule's.
    """

    __tablename__ = "points_count"
    __table_args__ = (CheckConstraint("0 <= used AND used <= most", name="within_the_cap"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("points_account.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    used: Mapped[int]
    most: Mapped[int]
