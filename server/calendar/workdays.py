"""Which days are worked, and deadlines counted in them; all days are local ones of Shanghai.

A day of which nothing is known is worked from Monday to Friday. Whoever holds no calendar of a
year yet (see `unpublished`) therefore gets deadlines that may be a few days early, never an error.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.audit import trail
from server.calendar.models import CalendarDay, DaySource
from server.db import insert_into

OPENS = time(9, 0)
CLOSES = time(17, 30)
"""Working time of a day, local; a choice of this district, without a break at noon."""

SPARE = 21
"""Days read beyond a deadline at first: the longest holidays take two weeks with both weekends."""
LOOK_AHEAD = timedelta(days=60)
"""How far ahead deadlines are set: 10 working days over the longest holidays, and some more."""
DAY = timedelta(days=1)

calendar_day = CalendarDay.__table__.c


class Day(NamedTuple):
    """One day of a year; `source` is None where only the day of the week speaks."""

    day: date
    is_workday: bool
    name: str
    source: DaySource | None


def is_workday(session: Session, day: date) -> bool:
    """Tell whether the day is worked. One statement."""
    return _worked(day, _known(session, day, day))


def add(session: Session, day: date, count: int) -> date:
    """Return the last of so many working days after the day, which itself does not count."""
    if count < 0:
        raise ValueError("working days are counted forward")
    if count == 0:
        return day
    return next(islice(_workdays(session, day + DAY, count), count - 1, None))


def before(session: Session, day: date, count: int) -> date:
    """Return the last day that so many whole working days lie between and this day.

    What happened on it has had its time when the day begins: `add(before(day, 3), 3) < day`.
    """
    first = day - timedelta(days=count * 7 // 5 + SPARE)
    known = _known(session, first, day)
    past = (day - step * DAY for step in range(1, (day - first).days))
    worked = [found for found in past if _worked(found, known)]
    return worked[count - 1] - DAY


def between(session: Session, day: date, last: date) -> int:
    """Return how many working days come after the day, until the last one and with it.

    So `between(day, add(day, 10))` is 10; nothing when the last day is not after the day.
    """
    known = _known(session, day, last)
    return sum(_worked(day + step * DAY, known) for step in range(1, (last - day).days + 1))


def add_hours(session: Session, moment: datetime, hours: float) -> datetime:
    """Return when so many hours of working time (09:00 to 17:30) after the moment are over, in UTC.

    What falls outside working time begins to count when the next working day opens.
    """
    left = timedelta(hours=hours)
    begins = moment.astimezone(LOCAL)
    for day in _workdays(session, begins.date(), int(hours) + 2):
        opens, closes = (datetime.combine(day, at, LOCAL) for at in (OPENS, CLOSES))
        opens = max(opens, begins)
        if left <= closes - opens:
            return (opens + left).astimezone(UTC)
        left -= max(closes - opens, timedelta())
    raise AssertionError("so many working days hold so many hours")


def worked_between(session: Session, since: datetime, until: datetime) -> timedelta:
    """Return how much working time (09:00 to 17:30) lies between two moments. One statement."""
    begins, ends = since.astimezone(LOCAL), until.astimezone(LOCAL)
    known = _known(session, begins.date(), ends.date())
    spent = timedelta()
    for day in _days(begins.date(), ends.date()):
        if _worked(day, known):
            opens, closes = (datetime.combine(day, at, LOCAL) for at in (OPENS, CLOSES))
            spent += max(min(closes, ends) - max(opens, begins), timedelta())
    return spent


def year(session: Session, number: int) -> tuple[Day, ...]:
    """Return every day of a year, with what is known of it. One statement."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    rows = session.scalars(select(CalendarDay).where(calendar_day.day.between(first, last)))
    known = {row.day: row for row in rows}
    return tuple(_told(day, known.get(day)) for day in _days(first, last))


def set_day(
    session: Session, by: int | None, day: date, is_workday: bool, name: str, now: datetime
) -> None:
    """Say for the district whether a day is worked; this outlasts every later seeding.

    `by` is the person who says so (None: the operator of the machine); the trail keeps it.
    """
    fresh = insert_into(session, CalendarDay).values(
        day=day,
        is_workday=is_workday,
        name=name.strip()[:60],
        source=DaySource.DISTRICT,
        changed_at=now,
    )
    columns = ("is_workday", "name", "source", "changed_at")
    said = {column: fresh.excluded[column] for column in columns}
    session.execute(fresh.on_conflict_do_update(index_elements=["day"], set_=said))
    subject = ("calendar_day", int(f"{day:%Y%m%d}"))
    trail.record(session, by, "calendar.day_set", subject, now, is_workday=is_workday)


def unpublished(session: Session, today: date) -> tuple[int, ...]:
    """Return the years, of those that deadlines reach now, whose holidays are not known yet.

    The first of January is a holiday in every year that the State Council announces: while nothing
    is said of it nobody, neither the library nor the district, has entered that year.
    """
    years = sorted({today.year, (today + LOOK_AHEAD).year})
    firsts = [date(number, 1, 1) for number in years]
    known = set(session.scalars(select(calendar_day.day).where(calendar_day.day.in_(firsts))))
    return tuple(first.year for first in firsts if first not in known)


def _known(session: Session, first: date, last: date) -> dict[date, bool]:
    rows = session.execute(
        select(calendar_day.day, calendar_day.is_workday).where(
            calendar_day.day.between(first, last)
        )
    )
    return {row.day: row.is_workday for row in rows}


def _worked(day: date, known: Mapping[date, bool]) -> bool:
    return known.get(day, day.weekday() < 5)


def _workdays(session: Session, first: date, count: int) -> Iterator[date]:
    """Yield working days from the first on; so many of them cost one statement as a rule."""
    while True:
        last = first + timedelta(days=count * 7 // 5 + SPARE)
        known = _known(session, first, last)
        yield from (day for day in _days(first, last) if _worked(day, known))
        first = last + DAY


def _days(first: date, last: date) -> Iterator[date]:
    return (first + step * DAY for step in range((last - first).days + 1))


def _told(day: date, row: CalendarDay | None) -> Day:
    if row is None:
        return Day(day, _worked(day, {}), "", None)
    return Day(day, row.is_workday, row.name, row.source)
