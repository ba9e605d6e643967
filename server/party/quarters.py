"""Quarters of the year, as everybody reckons them in Shanghai; the only place that does."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from config.wording import LOCAL

MONTHS = 3
WRITTEN = re.compile(r"(20[0-9]{2})Q([1-4])")


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A quarter of a year: 2026Q1 is from the first of January until before the first of April."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        """Return the local day on which it begins."""
        return date(self.year, MONTHS * (self.number - 1) + 1, 1)

    @property
    def begins(self) -> datetime:
        """Return the first moment that belongs to it, in UTC."""
        return datetime.combine(self.first_day, time(), LOCAL).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """Return the first moment that does not belong to it any more, in UTC."""
        return self.after.begins

    @property
    def after(self) -> "Quarter":
        """Return the next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """Return the one before."""
        return Quarter(self.year - (self.number == 1), (self.number + 2) % 4 + 1)


def of(moment: datetime) -> Quarter:
    """Return the quarter to which a moment belongs, by the clock of Shanghai."""
    local = moment.astimezone(LOCAL)
    return Quarter(local.year, (local.month - 1) // MONTHS + 1)


def named(text: str) -> Quarter | None:
    """Return the quarter of this century that is written as 2026Q1; None for whatever is none."""
    found = WRITTEN.fullmatch(text)
    return Quarter(int(found[1]), int(found[2])) if found else None
