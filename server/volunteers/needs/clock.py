"""Until when the next step of a need should be taken; all in the district's working time.

Source: the promises of comparable districts: looked at within a working day (four working hours
when it comes first), sent to a team within three, taken within three; rated within 15 days.
"""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.calendar import workdays
from server.volunteers.models import NeedState

TRIAGE_DAYS = 1
TRIAGE_HOURS_FIRST = 4
NEXT_STEP_DAYS = 3
RATING = timedelta(days=15)
CLOSES = time(17, 30)
"""A working day's deadline is the end of its working time, local."""

_STEPS = (NeedState.VERIFIED, NeedState.DISPATCHED, NeedState.ACCEPTED, NeedState.IN_SERVICE)


def due(session: Session, state: NeedState, priority: bool, now: datetime) -> datetime | None:
    """Return when the step after this state is due; None where nothing more is to be done."""
    if state is NeedState.SUBMITTED:
        if priority:
            return workdays.add_hours(session, now, TRIAGE_HOURS_FIRST)
        return _end_of(session, now, TRIAGE_DAYS)
    if state in _STEPS:
        return _end_of(session, now, NEXT_STEP_DAYS)
    if state in (NeedState.DONE, NeedState.RATED):
        return now + RATING
    return None


def _end_of(session: Session, now: datetime, days: int) -> datetime:
    last = workdays.add(session, now.astimezone(LOCAL).date(), days)
    return datetime.combine(last, CLOSES, LOCAL).astimezone(UTC)
