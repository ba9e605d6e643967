"""The jobs by which the service forgets: rows, needs, people and questions whose time is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from server import retention
from server.people import leaving
from server.runtime import Runtime
from server.slots import Job
from server.staff import unanswered


def forget(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Delete what is not needed any longer, a bounded piece at a time."""
    return retention.forget(session, now)


def empty_needs(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Empty what needs that closed a year ago still hold of homes and persons."""
    return retention.empty_needs(session, now)


def erase(runtime: Runtime) -> int:
    """Forget those who asked for it a week ago, and followers who left a month ago."""
    return leaving.erase_due(runtime) + leaving.erase_left(runtime)


def lapse_approvals(session: Session, _runtime: Runtime, now: datetime) -> int:
    """End what nobody allowed in time, so that it may be asked for again."""
    return unanswered.lapse(session, now)


JOBS = (
    Job("purge", "7-59/10 * * * *", verb=forget),
    Job("empty-needs", "23 3 * * *", verb=empty_needs),
    Job("lapse-approvals", "*/10 * * * *", verb=lapse_approvals),
    Job("erase", "41 * * * *", run=erase),
)
