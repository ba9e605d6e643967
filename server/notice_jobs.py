"""The jobs of notices: sending what is due, and counting what became of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.notices import delivery, figures
from server.notices.broadcasts import spreading
from server.runtime import Runtime
from server.slots import Job

ROUNDS = 8


def deliver_notices(runtime: Runtime) -> str:
    """Send what is due, within bounds so that a stop is not kept waiting; count what came of it."""
    tally = delivery.deliver(runtime, rounds=ROUNDS)
    for result, number in tally.items():
        runtime.metrics.notices.labels(*result.split(" ", 1)).inc(number)
    return ", ".join(f"{number} {result}" for result, number in sorted(tally.items()))


def spread_broadcasts(runtime: Runtime) -> int:
    """Queue what staff tell many people, a batch at a time, and see how far each is."""
    return spreading.work(runtime)


def count_notices(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Count what became of the notices of each hour that is over."""
    return figures.count(session, now)


JOBS = (
    Job("deliver-notices", "every 2s", deliver_notices),
    Job("spread-broadcasts", "every 3s", spread_broadcasts),
    Job("count-notices", "3 * * * *", verb=count_notices),
)
