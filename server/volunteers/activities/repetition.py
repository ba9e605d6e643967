"""On which days something repeats: a rule of RFC 5545, in local days."""

import re
from datetime import date, datetime, time

from dateutil.rrule import rrulestr
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.calendar.models import CalendarDay
from server.volunteers.refusals import BadRule

# nothing more often than daily, and nothing that could make the search long
RULE = re.compile(
    r"FREQ=(?:DAILY|WEEKLY|MONTHLY)"
    r"(?:;(?:INTERVAL=[1-9][0-9]?|COUNT=[1-9][0-9]{0,2}|UNTIL=[0-9]{8}"
    r"|BYDAY=(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU))*"
    r"|BYMONTHDAY=(?:[1-9]|[12][0-9]|3[01])(?:,(?:[1-9]|[12][0-9]|3[01]))*))*"
)
LONGEST = 120


def check(rule: str, first_day: date) -> None:
    """Refuse a rule that cannot be read."""
    days(rule, first_day, first_day, first_day)


def days(rule: str, first_day: date, after: date, until: date) -> list[date]:
    """Return the days from `after` until `until`, both included, on which the rule falls."""
    if len(rule) > LONGEST or not RULE.fullmatch(rule):
        raise BadRule
    begins, ends = datetime.combine(after, time.min), datetime.combine(until, time.max)
    try:
        repeats = rrulestr(rule, dtstart=datetime.combine(first_day, time.min))
        return [each.date() for each in repeats.between(begins, ends, inc=True)]
    except ValueError:
        raise BadRule from None


def holidays(session: Session, after: date, until: date) -> set[date]:
    """Return the public holidays among these days, as far as the calendar knows them."""
    found = select(CalendarDay.day).where(
        CalendarDay.day.between(after, until),
        CalendarDay.is_workday.is_(False),
        CalendarDay.name != "",
    )
    return set(session.scalars(found))
