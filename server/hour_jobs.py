"""What the timetable does for hours and for what comes of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.runtime import Runtime
from server.slots import Job
from server.volunteers.hours import chasing, finishing
from server.volunteers.stars import publication


def remind_of_hours(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Remind leaders of hours that wait for them."""
    return chasing.remind(session, now)


def escalate_hours(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Tell the street of hours whose last working day has come."""
    return chasing.escalate(session, now)


def finish_hours(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Make final what nobody objected to, and end proposals that nobody allowed."""
    return finishing.finish(session, now) + finishing.lapse(session, now)


def award_stars(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Award the stars that were published long enough and that nobody objects to."""
    return publication.award_due(session, now)


JOBS = (
    Job("remind-of-hours", "0 10 * * *", verb=remind_of_hours),
    Job("escalate-hours", "30 9 * * *", verb=escalate_hours),
    Job("finish-hours", "*/10 * * * *", verb=finish_hours),
    Job("award-stars", "*/10 9-20 * * *", verb=award_stars),
)
