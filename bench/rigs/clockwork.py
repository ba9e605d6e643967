"""Processes that keep firing jobs, until they are killed."""

import logging
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import BrokenBarrierError

from sqlalchemy.orm import Session

from bench import hosts
from bench.hosts import Running
from bench.rigs import warm
from bench.rigs.patience import until_done
from config.settings import load_settings
from server import jobs
from server.db import Busy
from server.runtime import Runtime, wall_clock
from server.volunteers.attendance import presence
from server.volunteers.hours import records

log = logging.getLogger(__name__)

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = (
    "close-attendances",
    "remind-of-hours",
    "escalate-hours",
    "finish-hours",
    "note-no-shows",
    "settle-activities",
)
"""The jobs about presence and hours."""
FAILED = "the job %s failed"
LATE_SECONDS = 0.5
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Times:
    """Which jobs to fire from which slot on, at which moment (none: now), once all are ready.

    With `apart`, the record of a presence is written in a transaction of its own; `prepared` is
    done once before all. `pause` is how many seconds lie between one slot and the next, `slots` how
    many there are, without end if nought.
    """

    jobs: Sequence[str]
    moment: datetime | None
    slot: int
    ready: Barrier
    apart: bool = False
    pause: float = 0.0
    prepared: Callable[[], object] | None = None
    slots: int = 0


def run(times: Times) -> None:
    """Fire slot after slot; every process fires the same ones."""
    moment = times.moment
    runtime = Runtime.open(load_settings(), (lambda: moment) if moment else wall_clock)
    if times.apart:
        _record_apart(runtime)
    if times.prepared:
        times.prepared()
    times.ready.wait(PATIENCE_SECONDS)
    for number in islice(count(times.slot), times.slots or None):
        fire(runtime, times.jobs, number)
        time.sleep(times.pause)


def fire(runtime: Runtime, names: Sequence[str], number: int) -> None:
    """Fire these jobs once, for a slot of this number.

    As in the service, one that fails is told in the log and holds up no other.
    """
    known = {job.name: job for job in jobs.TIMETABLE}
    for name in names:
        try:
            known[name].fire(runtime, EPOCH + timedelta(seconds=number))
        except Busy:
            time.sleep(0.01)
        except Exception:
            log.exception(FAILED, name)


def failures(words: str) -> Counter[str]:
    """Return how often each job failed, from what was logged."""
    return Counter(re.findall(FAILED % "([a-z-]+)", words))


class Clockwork:
    """Processes that keep jobs going on one database."""

    def __init__(self, settings: Mapping[str, str], log: Path, times: Callable[..., Times]) -> None:
        self._environ = hosts.environment(settings)
        self._log = log
        self._times = times

    def start(self, many: int, slot: int) -> list[Running]:
        """Start so many that fire from this slot on; return when all begin."""
        ready = warm.CONTEXT.Barrier(many + 1)
        times = self._times(slot=slot, ready=ready)
        found = [warm.begin(self._environ, self._log, run, times) for _ in range(many)]
        try:
            ready.wait(PATIENCE_SECONDS)
        except BrokenBarrierError:
            raise hosts.NoStart(self._log.read_text(errors="replace")[-2000:]) from None
        return found

    def finish(self, slot: int, left: Callable[[], int]) -> None:
        """Fire undisturbed until nothing is left to do, or patience ends."""
        [process] = self.start(1, slot)
        until_done(left, PATIENCE_SECONDS)
        kill(process)


def kill(process: Running) -> None:
    """End its whole group at once."""
    send(process, signal.SIGKILL)
    process.wait()


def send(process: Running, number: signal.Signals) -> None:
    """Send a signal to its whole group, if that is still there."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


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
