"""What the timetable does for needs."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.runtime import Runtime
from server.slots import Job
from server.volunteers.needs import course


def start_services(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Put the needs in service whose first shift has begun."""
    return course.start(session, now)


def close_needs(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Close what nobody may rate any more, and forget drafts that nobody sent."""
    return course.close(session, now) + course.forget_drafts(session, now)


JOBS = (
    Job("start-services", "4-59/10 * * * *", verb=start_services),
    Job("close-needs", "30 2 * * *", verb=close_needs),
)
