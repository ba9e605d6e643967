"""When a station is open: windows of the week, days that differ, in the local time of Shanghai.

Shanghai has kept one time all year since 1991, so a moment is counted in whole minutes of local
time (`minute_of`), and a window that ends after midnight simply ends past 24:00.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from config.wording import LOCAL

DAY = 24 * 60
WEEK = 7 * DAY
AHEAD = 15
"""Days in which the next opening is looked for: two weeks of holidays and a day."""


class Window(NamedTuple):
    """From when to when on a day, in minutes after its midnight; past 1440 is the next morning."""

    opens: int
    closes: int

    @property
    def is_sound(self) -> bool:
        """Tell whether it begins on its day, and ends later, within 24 hours."""
        return 0 <= self.opens < DAY and 0 < self.closes - self.opens <= DAY


Windows = tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The windows of each day of the week from Monday, and those of days that differ.

    A day that differs takes the place of the windows that begin on it; without any it is closed.
    """

    week: tuple[Windows, ...]
    other: Mapping[date, Windows] = field(default_factory=dict)

    def on(self, day: date) -> Windows:
        """Return the windows that begin on this day."""
        return self.other.get(day, self.week[day.weekday()])

    def is_open(self, now: datetime) -> bool:
        """Tell whether it is open now, by today's windows and what is left of yesterday's."""
        minute = minute_of(now)
        today = now.astimezone(LOCAL).date()
        return any(a <= minute < b for a, b in _minutes(self, today, range(-1, 1)))

    def open_until(self, now: datetime) -> datetime | None:
        """Return until when it is open, or None while it is not; past a week it never closes."""
        minute = minute_of(now)
        for opens, closes in self._spans(now, ahead=8):
            if opens <= minute < closes:
                return moment_of(closes)
        return None

    def opens_at(self, now: datetime) -> datetime | None:
        """Return when it opens next after now, or None when it does not within two weeks."""
        minute = minute_of(now)
        for opens, _closes in self._spans(now, ahead=AHEAD):
            if opens > minute:
                return moment_of(opens)
        return None

    def _spans(self, now: datetime, ahead: int) -> list[tuple[int, int]]:
        """Return from yesterday on the spans in minutes, those that touch being one."""
        today = now.astimezone(LOCAL).date()
        spans: list[tuple[int, int]] = []
        for opens, closes in sorted(_minutes(self, today, range(-1, ahead))):
            if spans and opens <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], closes))
            else:
                spans.append((opens, closes))
        return spans


CLOSED = Hours(((),) * 7)


def minute_of(moment: datetime) -> int:
    """Return the whole minutes of local time since the first day of the calendar."""
    local = moment.astimezone(LOCAL)
    return local.toordinal() * DAY + local.hour * 60 + local.minute


def moment_of(minute: int) -> datetime:
    """Return the moment, in UTC, at which this minute of local time begins."""
    day = datetime.combine(date.fromordinal(minute // DAY), datetime.min.time(), LOCAL)
    return (day + timedelta(minutes=minute % DAY)).astimezone(UTC)


def overlap(windows: Iterable[Window]) -> bool:
    """Tell whether any two windows of one day stand in each other's way."""
    in_order = sorted(windows)
    return any(later.opens < earlier.closes for earlier, later in pairwise(in_order))


def _minutes(hours: Hours, today: date, days: range) -> Iterable[tuple[int, int]]:
    for number in days:
        day = today + timedelta(days=number)
        start = day.toordinal() * DAY
        for window in hours.on(day):
            yield start + window.opens, start + window.closes
