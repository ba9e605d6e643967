"""The jobs by which the service forgets: rows, needs and people whose time is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from server import retention
from server.people import leaving
from server.runtime import Runtime
from server.slots import Job


def forget(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Delete what is not needed any longer, a bounded piece at a time."""
    return retention.forget(session, now)


def empty_needs(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Empty what needs that closed a year ago still hold of homes and persons."""
    return retention.empty_needs(session, now)


def erase(runtime: Runtime) -> int:
    """Forget those who asked for it a week ago, and followers who left a month ago."""
    return leaving.erase_due(runtime) + leaving.erase_left(runtime)


JOBS = (
    Job("purge", "7-59/10 * * * *", verb=forget),
    Job("empty-needs", "23 3 * * *", verb=empty_needs),
    Job("erase", "41 * * * *", run=erase),
)
