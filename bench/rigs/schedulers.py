"""Three hosts keep one timetable while one of them is paused, and now and then one is killed."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import BrokenBarrierError

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench import hosts
from bench.district import Plan, build, opened
from bench.hosts import Running
from bench.places import Place
from bench.rigs import clockwork, warm
from bench.rigs.outcome import Order, Outcome
from config.settings import load_settings
from server import jobs, slots, timetable
from server.runtime import Runtime, wall_clock
from server.slots import Job
from server.timetable import JobRun

NAME = "schedulers"
HOSTS, LINES = 3, 6
STEP = timedelta(seconds=6)
"""From one slot of a line to the next: longer than anybody waits for a lock."""
EVERY = STEP.seconds
LONGEST_PAUSE = 2.5 * EVERY
KILL_EVERY = 2
LOOK_AGAIN = 1.0
PATIENCE_SECONDS = 30


def run(place: Place, order: Order) -> Outcome:
    """Pause one of three again and again, kill one every other time, and look what was done when.

    A line of this timetable rings, in the transaction of its slot. The control claims no slot.
    """
    chance = random.Random(f"{order.seed}:{NAME}")
    url, log = place.empty_database(order.backend), place.folder / f"{NAME}.log"
    build(url, Plan(people=1, open=0))
    _tell(url, "CREATE TABLE rung (line TEXT NOT NULL, at TIMESTAMPTZ NOT NULL)")
    hire = partial(_hire, hosts.settings(url), log, order.mutant)
    running, kills, begun = hire(HOSTS), 0, datetime.now(UTC)
    for number in range(1, order.rounds + 1):
        one = chance.choice(running)
        clockwork.send(one, signal.SIGSTOP)
        time.sleep(chance.uniform(0.5, LONGEST_PAUSE))
        clockwork.send(one, signal.SIGCONT)
        if number % KILL_EVERY == 0:
            running.remove(victim := chance.choice(running))
            clockwork.kill(victim)
            running += hire(1)
            kills += 1
        order.progress(number)
    # what a pause or a kill has held up is made good
    time.sleep(2 * EVERY)
    ended = datetime.now(UTC)
    time.sleep(EVERY / 2)
    for process in running:
        clockwork.kill(process)
    return _outcome(url, order, kills, (begun, ended))


def ring(line: str) -> Job:
    """Return a line of the timetable that leaves a trace of each time it was done."""

    def work(session: Session, _runtime: Runtime, now: datetime) -> str:
        session.execute(text("INSERT INTO rung VALUES (:line, :at)"), {"line": line, "at": now})
        return "rung"

    return Job(line, f"{line.removeprefix('line-')} * * * *", verb=work)


LINE_JOBS = tuple(ring(f"line-{number}") for number in range(LINES))


def by_the_second(job: Job) -> CronTrigger:
    """Return the slots of a line: every few seconds, so that a run sees hundreds of them."""
    first = int(job.when.split()[0])
    return CronTrigger(second=f"{first}-59/{EVERY}", timezone=UTC)


def keep(ready: Barrier, careless: bool) -> None:
    """Keep the timetable as `flask jobs keep` does, with minutes that last a second."""
    slots.cron_of = jobs.cron_of = by_the_second
    jobs.LOOK_AGAIN = LOOK_AGAIN
    if careless:
        timetable.claim = _claim_nothing
    runtime = Runtime.open(load_settings(), wall_clock)
    ready.wait(PATIENCE_SECONDS)
    jobs.keep(runtime, LINE_JOBS, threading.Event())


def _claim_nothing(session: Session, job: str, slot: datetime, now: datetime) -> bool:
    known = select(JobRun.id).where(JobRun.job == job, JobRun.slot == slot)
    if session.scalar(known) is None:
        session.add(JobRun(job=job, slot=slot, claimed_at=now))
    return True


def _hire(settings: dict[str, str], log: Path, careless: bool, many: int) -> list[Running]:
    ready = warm.CONTEXT.Barrier(many + 1)
    environ = hosts.environment(settings)
    found = [warm.begin(environ, log, keep, ready, careless) for _ in range(many)]
    try:
        ready.wait(PATIENCE_SECONDS)
    except BrokenBarrierError:
        raise hosts.NoStart(log.read_text(errors="replace")[-2000:]) from None
    return found


def _tell(url: str, words: str) -> None:
    with opened(url) as database, database.transaction() as session:
        session.execute(text(words))


def reckon(
    slots: Sequence[datetime], rings: int, span: tuple[datetime, datetime]
) -> dict[str, int]:
    """Return how many slots of one line were missed within the span, and done more than once."""
    begun, ended = span
    known = [begun - STEP, *sorted(slots), ended + STEP]
    missed = sum(max(0, (after - before) // STEP - 1) for before, after in pairwise(known))
    return {"slots missed": missed, "slots done twice": rings - len(slots)}


def _outcome(url: str, order: Order, kills: int, span: tuple[datetime, datetime]) -> Outcome:
    nought: Counter[str] = Counter()
    done = 0
    with opened(url) as database, database.reading() as session:
        for job in LINE_JOBS:
            slots = session.scalars(select(JobRun.slot).where(JobRun.job == job.name)).all()
            rung = text("SELECT count(*) FROM rung WHERE line = :line")
            nought.update(reckon(slots, session.scalar(rung, {"line": job.name}) or 0, span))
            done += len(slots)
    facts = {"hosts": HOSTS, "pauses": order.rounds, "kills": kills, "slots": done}
    nought_found = {name: nought[name] for name in ("slots missed", "slots done twice")}
    return Outcome(NAME, order, facts, nought_found, shown_by=("slots done twice",))
