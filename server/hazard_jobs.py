"""What the timetable does for hazard reports."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.riders.hazards import course
from server.runtime import Runtime
from server.slots import Job


def go_on(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Forget drafts that nobody finished, and let clocks go on that wait for no answer any more."""
    return course.forget_drafts(session, now) + course.go_on(session, now)


def empty_hazards(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Empty what reports that were over a year ago still hold of words."""
    return course.empty(session, now)


JOBS = (
    Job("hazards-go-on", "3-59/10 * * * *", verb=go_on),
    Job("empty-hazards", "28 3 * * *", verb=empty_hazards),
)
