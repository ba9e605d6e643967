"""The timetable as it is kept: what is done when, how it went last, and who is silent."""

import re
from datetime import datetime
from typing import NamedTuple

from flask import Response, current_app

from config.wording import say
from server import health, timetable
from server.console.pages import Pages
from server.console.visit import Visit
from server.slots import Job
from server.staff.rights import Right
from server.timetable import JobState

pages = Pages("jobs", __name__)

FIELDS = (
    (re.compile(r"\* \* \* \* \*"), "jobs.each_minute"),
    (re.compile(r"(?:\d+-\d+|\*)/(?P<step>\d+) \* \* \* \*"), "jobs.each_minutes"),
    (
        re.compile(r"(?:\d+-\d+|\*)/(?P<step>\d+) (?P<span>\d+-\d+) \* \* \*"),
        "jobs.each_minutes_in",
    ),
    (re.compile(r"(?P<minute>\d+) \* \* \* \*"), "jobs.each_hour"),
    (re.compile(r"(?P<minute>\d+) (?P<hour>\d+) \* \* \*"), "jobs.each_day"),
    (re.compile(r"(?P<minute>\d+) (?P<hour>\d+) (?P<days>\d+-\d+) \* \*"), "jobs.each_month"),
)


class Line(NamedTuple):
    """A job, in words, and how it went last; `state` is None when it never ran."""

    name: str
    words: str
    when: str
    state: JobState | None
    silent: bool


@pages.get("/jobs", Right.SEE_JOBS)
def show(visit: Visit) -> Response:
    """List the jobs, those that failed or are silent first."""
    states = timetable.standings(visit.session)
    lines = [
        _line(job, states.get(job.name), visit.now) for job in current_app.extensions["timetable"]
    ]
    lines.sort(key=lambda line: not (line.state and line.state.failures) and not line.silent)
    sign = max((state.ran_at for state in states.values()), default=None)
    silent = sign is None or visit.now - sign > health.SILENCE
    return visit.show("jobs/list.html", lines=lines, sign=sign, silent=silent)


def when(job: Job) -> str:
    """Say in words when a job is done; times of day are local."""
    if job.seconds:
        return say("jobs.each_seconds", seconds=job.seconds)
    for pattern, key in FIELDS:
        found = pattern.fullmatch(job.when)
        if found:
            return say(key, **{name: text.zfill(2) for name, text in found.groupdict().items()})
    return job.when


def _line(job: Job, state: JobState | None, now: datetime) -> Line:
    done = (state.done_at or state.ran_at) if state else None
    silent = not job.seconds and done is not None and done < job.last_slot(now) - health.SILENCE
    return Line(job.name, say(f"jobs.{job.name.replace('-', '_')}"), when(job), state, silent)
