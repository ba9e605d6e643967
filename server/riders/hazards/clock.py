"""Until when the next step of a report should be taken; all in the district's working time.

Source: what comparable places promise (Dazhou, Taiyuan, Weifang): looked at within a working day,
four working hours where it is urgent; put right within three, or five where it is hard, extended
once; a word every three working days; rated within 15 days. The clock stops while the reporter is
asked something (R4).
"""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.calendar import workdays

TRIAGE_DAYS = 1
TRIAGE_HOURS_URGENT = 4
ORDINARY_DAYS, HARD_DAYS = 3, 5
NOTE_DAYS = 3
RATING = timedelta(days=15)
CLOSES = time(17, 30)
UNANSWERED = timedelta(days=7)
"""A question that nobody answered for so long stops the clock no longer (our own choice)."""


def triage(session: Session, urgent: bool, now: datetime) -> datetime:
    """Return until when a report should have been looked at."""
    if urgent:
        return workdays.add_hours(session, now, TRIAGE_HOURS_URGENT)
    return end_of(session, now, TRIAGE_DAYS)


def term(hard: bool) -> int:
    """Return within how many working days it should be put right."""
    return HARD_DAYS if hard else ORDINARY_DAYS


def end_of(session: Session, since: datetime, days: int) -> datetime:
    """Return the end of working time of the last of so many working days after a moment."""
    last = workdays.add(session, since.astimezone(LOCAL).date(), days)
    return datetime.combine(last, CLOSES, LOCAL).astimezone(UTC)


def minutes_left(session: Session, now: datetime, due_at: datetime) -> int:
    """Return the working time until a deadline in minutes; 0 where it is over."""
    return int(workdays.worked_between(session, now, due_at).total_seconds()) // 60


def after(session: Session, now: datetime, minutes: int) -> datetime:
    """Return when so many minutes of working time are over; a deadline that was over stays so."""
    return workdays.add_hours(session, now, minutes / 60) if minutes else now
