"""A line of the timetable and the slots it is to be done in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server import timetable
from server.runtime import Runtime

DONE_ALREADY = "done already"
EVERY = re.compile(r"every ([0-9]+)s")
SPANS = tuple(timedelta(minutes=minutes) for minutes in (2, 60, 1_500, 11_000, 50_000, 530_000))
"""How far back the newest slot is looked for: from minutes to a year."""


@dataclass(frozen=True)
class Job:
    """One line of the timetable.

    `when` is five cron fields in local time (Shanghai), or `every 2s` for work that protects
    itself against being done twice at once and needs no slot. The work is either `verb`, whose
    rows are committed together with the claim of its slot; or `run`, which opens transactions of
    its own after the claim: the next slot must make good what a crash left undone.
    """

    name: str
    when: str
    run: Callable[[Runtime], object] | None = None
    verb: Callable[[Session, Runtime, datetime], object] | None = None

    @property
    def seconds(self) -> int:
        """Return the interval of a job without slots, 0 for one that has them."""
        found = EVERY.fullmatch(self.when)
        return int(found[1]) if found else 0

    def last_slot(self, now: datetime) -> datetime:
        """Return the newest slot that is not in the future."""
        cron = cron_of(self)
        for span in SPANS:
            slot: datetime | None = cron.get_next_fire_time(None, now - span)
            if slot is not None and slot <= now:
                while (after := cron.get_next_fire_time(slot, slot)) and after <= now:
                    slot = after
                return slot
        raise ValueError(f"{self.name} has no slot within a year: {self.when}")

    def fire(self, runtime: Runtime, slot: datetime) -> object:
        """Do the work of the slot, unless some scheduler has done it."""
        if not self.seconds:
            with runtime.db.transaction() as session:
                if not timetable.claim(session, self.name, slot, runtime.now()):
                    return DONE_ALREADY
                if self.verb:
                    return self.verb(session, runtime, runtime.now())
        return self.run(runtime) if self.run else None


def cron_of(job: Job) -> CronTrigger:
    """Return when the slots of the job are."""
    trigger: CronTrigger = CronTrigger.from_crontab(job.when, timezone=LOCAL)
    return trigger
