"""Months and spans of days as the district counts them: local days of Shanghai."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Case, case
from sqlalchemy.orm import InstrumentedAttribute

from config.wording import LOCAL
from server.errors import Invalid

LONGEST = timedelta(days=366)
DAY = timedelta(days=1)


class BadSpan(Invalid):
    """The span ends before it begins, or is longer than a year."""

    code = "exports.bad_span"


class Span(NamedTuple):
    """Local days, both ends included."""

    since: date
    until: date

    @property
    def begins(self) -> datetime:
        """Return the first moment of it."""
        return _midnight(self.since)

    @property
    def ends(self) -> datetime:
        """Return the first moment after it."""
        return _midnight(self.until + DAY)

    def checked(self) -> "Span":
        """Return the span, or refuse one that makes no sense."""
        if not self.since <= self.until <= self.since + LONGEST:
            raise BadSpan
        return self


def month_of(day: date) -> Span:
    """Return the month in which a day lies."""
    first = day.replace(day=1)
    return Span(first, (first + timedelta(days=32)).replace(day=1) - DAY)


def last(today: date, how_many: int) -> list[Span]:
    """Return the last so many months, this one included, the oldest first."""
    found = [month_of(today)]
    while len(found) < how_many:
        found.append(month_of(found[-1].since - DAY))
    return found[::-1]


def place_of_day(column: InstrumentedAttribute[date], months: Sequence[Span]) -> Case[Any]:
    """Return in which of the months a day lies, as its place among them."""
    return case(*((column.between(*month), at) for at, month in enumerate(months)))


def place_of_moment(column: InstrumentedAttribute[Any], months: Sequence[Span]) -> Case[Any]:
    """Return in which of the months a moment lies, as its place among them."""
    lies = ((column >= month.begins) & (column < month.ends) for month in months)
    return case(*((inside, at) for at, inside in enumerate(lies)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)
