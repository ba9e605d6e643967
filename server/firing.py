"""Doing a job, and putting down how it went."""

import logging
import time
from datetime import datetime, timedelta

from server import timetable
from server.db import Busy
from server.runtime import Runtime
from server.slots import DONE_ALREADY, Job

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(minutes=1)
"""A job that runs every few seconds and does well is put down once a minute."""


def run_now(runtime: Runtime, job: Job, at: datetime | None = None) -> object:
    """Run one job by hand: now, or for its newest slot at a moment, unless that was done."""
    begun = time.perf_counter()
    slot = runtime.now() if at is None or job.seconds else job.last_slot(at)
    done = job.fire(runtime, slot)
    _note(runtime, job, done, "done", time.perf_counter() - begun)
    return done


def fire(runtime: Runtime, job: Job) -> object:
    """Do the newest slot of a job. A failure is logged, counted, and tried again by `catch_up`."""
    begun = time.perf_counter()
    try:
        now = runtime.now()
        done = job.fire(runtime, now if job.seconds else job.last_slot(now))
    except Busy as busy:
        log.warning("job %s waits: the database does not answer: %s", job.name, busy)
        done, result = None, "busy"
    except Exception:
        log.exception("job %s failed", job.name)
        done, result = None, "failed"
    else:
        result = "already" if done == DONE_ALREADY else "done"
    runtime.metrics.jobs.labels(job.name, result).inc()
    _note(runtime, job, done, result, time.perf_counter() - begun)
    return done


def _note(runtime: Runtime, job: Job, done: object, result: str, seconds: float) -> None:
    """Put down how it went, for `/readyz` and the page of jobs; who came too late says nothing."""
    if result not in ("done", "failed") or (done == DONE_ALREADY):
        return
    failed, now = result == "failed", runtime.now()
    try:
        if job.seconds and not failed and _is_noted(runtime, job, now):
            return
        with runtime.db.transaction() as session:
            words = "failed" if failed else str(done)
            timetable.note(session, job.name, words, now, failed=failed, seconds=seconds)
    except Busy as busy:
        log.warning("how job %s went is not put down: %s", job.name, busy)


def _is_noted(runtime: Runtime, job: Job, now: datetime) -> bool:
    with runtime.db.reading() as session:
        state = timetable.standings(session).get(job.name)
    return state is not None and not state.failures and now - state.ran_at < NOTED_EVERY
