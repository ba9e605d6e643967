"""The timetable: everything the service does without being asked."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server import (
    followers,
    hazard_jobs,
    hour_jobs,
    importing,
    keeping,
    need_jobs,
    notice_jobs,
    party_jobs,
    photo_jobs,
    point_jobs,
    reward_jobs,
    timetable,
)
from server.calendar import seeding
from server.db import Busy
from server.firing import fire as fire
from server.firing import run_now as run_now
from server.ledgers import copying, files
from server.people import acquaintance
from server.runtime import Runtime
from server.slots import Job as Job
from server.slots import cron_of as cron_of
from server.volunteers.activities import endings, making
from server.volunteers.attendance import closing, signs
from server.volunteers.signups import reminders, waiting

log = logging.getLogger(__name__)

__all__ = ["TIMETABLE", "Job", "followers"]

LOOK_AGAIN = 20.0
THREADS = 4


def expire_offers(session: Session, runtime: Runtime, now: datetime) -> int:
    """End the offers whose time is over and pass their places on."""
    return waiting.lapse(session, now, runtime.policy)


def queue_reminders(session: Session, runtime: Runtime, now: datetime) -> int:
    """Queue the reminders of what begins within a day."""
    return reminders.queue(session, now, runtime.policy)


def close_attendances(session: Session, runtime: Runtime, now: datetime) -> int:
    """End presence whose shift is over, at the scheduled end."""
    return closing.close(session, now, runtime.policy)


def note_no_shows(session: Session, runtime: Runtime, now: datetime) -> int:
    """Put down who had a place and did not come, a day after the end."""
    return closing.miss(session, now, runtime.policy)


def look_for_oddities(session: Session, runtime: Runtime, now: datetime) -> int:
    """Note what looks odd about presence, for a person to judge."""
    return signs.look(session, now, runtime.policy)


def seed_calendar(session: Session, _runtime: Runtime, now: datetime) -> str:
    """Enter the holidays of this year and the next, as far as they are announced."""
    return seeding.keep_ahead(session, now)


def meet_followers(runtime: Runtime) -> int:
    """Ask WeChat who new followers are across our apps."""
    return acquaintance.ask(runtime)


def settle_activities(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Mark what is over and written down as recorded, and shelve what was a year ago."""
    return endings.settle(session, now) + endings.shelve(session, now)


def make_activities(session: Session, runtime: Runtime, now: datetime) -> int:
    """Make the activities that templates promise for the next four weeks."""
    return making.make_due(session, now, runtime.policy)


TIMETABLE = (
    *keeping.JOBS,
    *importing.JOBS,
    *need_jobs.JOBS,
    *notice_jobs.JOBS,
    *hour_jobs.JOBS,
    *photo_jobs.JOBS,
    *point_jobs.JOBS,
    *hazard_jobs.JOBS,
    *reward_jobs.JOBS,
    *party_jobs.JOBS,
    Job("expire-offers", "* * * * *", verb=expire_offers),
    Job("queue-reminders", "*/10 * * * *", verb=queue_reminders),
    Job("close-attendances", "* * * * *", verb=close_attendances),
    Job("note-no-shows", "23 * * * *", verb=note_no_shows),
    Job("look-for-oddities", "41 * * * *", verb=look_for_oddities),
    Job("meet-followers", "every 2s", meet_followers),
    Job("make-activities", "20 4 * * *", verb=make_activities),
    Job("settle-activities", "50 * * * *", verb=settle_activities),
    Job("seed-calendar", "20 2 * * *", verb=seed_calendar),
    Job("write-exports", "every 3s", copying.work),
    Job("expire-exports", "*/10 * * * *", files.expire),
)


def run_once(
    runtime: Runtime, name: str, at: datetime | None = None, jobs: Sequence[Job] = TIMETABLE
) -> object:
    """Run the job of that name by hand; `KeyError` when there is none."""
    return run_now(runtime, {job.name: job for job in jobs}[name], at)


def catch_up(runtime: Runtime, jobs: Sequence[Job]) -> None:
    """Do the newest slot of each job that nobody has done: missed while down, or failed."""
    for job in jobs:
        if job.seconds:
            continue
        try:
            with runtime.db.reading() as session:
                last = timetable.last_slot(session, job.name)
        except Busy as busy:
            log.warning("the timetable waits: the database does not answer: %s", busy)
            return
        if last is None or last < job.last_slot(runtime.now()):
            fire(runtime, job)


def build_scheduler(runtime: Runtime, jobs: Sequence[Job] = TIMETABLE) -> BackgroundScheduler:
    """Return a scheduler that keeps the timetable once started; it stores nothing.

    A firing that comes late is still done, once: the slot is worked out when it is done.
    """
    scheduler = BackgroundScheduler(
        timezone=LOCAL,
        executors={"default": ThreadPoolExecutor(THREADS)},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for job in jobs:
        trigger = IntervalTrigger(seconds=job.seconds) if job.seconds else cron_of(job)
        scheduler.add_job(fire, trigger, args=[runtime, job], id=job.name)
    return scheduler


def keep(runtime: Runtime, jobs: Sequence[Job], stop: threading.Event) -> None:
    """Keep the timetable until told to stop; any number of processes may do so.

    What was missed is caught up at once, and looked for again and again: so a slot whose work
    failed is tried anew, and a clock that was set back holds up nothing.
    """
    scheduler = build_scheduler(runtime, jobs)
    scheduler.start()
    try:
        while not stop.is_set():
            catch_up(runtime, jobs)
            stop.wait(LOOK_AGAIN)
    finally:
        scheduler.shutdown(wait=True)


def keep_in_background(runtime: Runtime, jobs: Sequence[Job] = TIMETABLE) -> threading.Event:
    """Keep the timetable in a thread of this process; set the event to end it."""
    stop = threading.Event()
    thread = threading.Thread(
        target=keep, args=(runtime, jobs, stop), name="timetable", daemon=True
    )
    thread.start()
    return stop
