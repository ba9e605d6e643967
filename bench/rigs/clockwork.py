"""A process that keeps firing the jobs about presence and hours, until it is killed."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from multiprocessing.synchronize import Barrier

from sqlalchemy.orm import Session

from config.settings import load_settings
from server import jobs
from server.db import Busy
from server.runtime import Runtime
from server.volunteers.attendance import presence
from server.volunteers.hours import records

JOBS = (
    "close-attendances",
    "remind-of-hours",
    "escalate-hours",
    "finish-hours",
    "note-no-shows",
    "settle-activities",
)
LATE_SECONDS = 0.5


@dataclass(frozen=True)
class Times:
    """The moment it is, from which slot on to fire, and when all are ready to begin.

    With `apart`, the record of a presence is written in a transaction of its own.
    """

    moment: datetime
    slot: int
    ready: Barrier
    apart: bool = False


def run(times: Times) -> None:
    """Fire slot after slot without a pause; every process fires the same ones."""
    runtime = Runtime.open(load_settings(), lambda: times.moment)
    if times.apart:
        _record_apart(runtime)
    known = {job.name: job for job in jobs.TIMETABLE}
    times.ready.wait()
    for number in count(times.slot):
        for name in JOBS:
            try:
                known[name].fire(runtime, times.moment + timedelta(seconds=number))
            except Busy:
                time.sleep(0.01)


def _record_apart(runtime: Runtime) -> None:
    """Write the record of a presence a little later."""
    real = records.from_attendance

    def write(attendance_id: int, now: datetime) -> None:
        time.sleep(LATE_SECONDS)
        with runtime.db.transaction() as session:
            real(session, attendance_id, now)

    def later(session: Session, attendance_id: int, now: datetime) -> int:
        del session  # the record goes into a transaction of its own
        threading.Thread(target=write, args=(attendance_id, now), daemon=True).start()
        return 0

    if not hasattr(presence, "records"):
        raise AttributeError("presence has no records any more: mend this mutant")
    records.from_attendance = later
