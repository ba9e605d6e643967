"""`python -m bench.rigs.clockwork`: keeps firing the jobs about presence and hours, until killed.

Slot follows slot without a pause, and every process fires the same ones. `BENCH_MOMENT` is the
moment it is; with `BENCH_MUTANT`, the record of a presence is written in a transaction of its own.
"""

import os
import sys
import threading
import time
from datetime import datetime, timedelta
from itertools import count

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


def main() -> None:
    """Say when all is ready, wait for a word, then fire until killed."""
    moment = datetime.fromisoformat(os.environ["BENCH_MOMENT"])
    runtime = Runtime.open(load_settings(), lambda: moment)
    if "BENCH_MUTANT" in os.environ:
        _record_apart(runtime)
    known = {job.name: job for job in jobs.TIMETABLE}
    first = int(os.environ["BENCH_SLOT"])
    print("ready", flush=True)
    sys.stdin.readline()
    for number in count(first):
        for name in JOBS:
            try:
                known[name].fire(runtime, moment + timedelta(seconds=number))
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


if __name__ == "__main__":
    main()
