"""`flask jobs` and `flask notices`: the programs that run beside the web service."""

import signal
import threading
from datetime import datetime
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from server import jobs as timetable
from server.cli.arguments import MOMENT, show
from server.notices import delivery
from server.web import runtime

jobs = AppGroup("jobs", help="Keep the timetable, or run one line of it.")
notices = AppGroup("notices", help="Send what people must hear of.")


@jobs.command("keep")
@with_appcontext
def keep() -> None:
    """Keep the timetable until stopped; any number of these may run."""
    timetable.keep(runtime(), current_app.extensions["timetable"], until_stopped())


@jobs.command("run")
@click.argument("name")
@click.option("--at", type=MOMENT, default=None, help="The moment to act for; now if left out.")
@with_appcontext
def run(name: str, at: datetime | None) -> None:
    """Run one job now."""
    [job] = [job for job in current_app.extensions["timetable"] if job.name == name] or [None]
    if job is None:
        names = ", ".join(job.name for job in current_app.extensions["timetable"])
        raise click.ClickException(f"no job is called {name}; there are: {names}")
    show({"job": name, "result": str(timetable.run_now(runtime(), job, at))})


@notices.command("deliver")
@with_appcontext
def deliver() -> None:
    """Send notices until stopped; any number of these may run."""
    delivery.keep(runtime(), until_stopped())


def until_stopped() -> threading.Event:
    """Return an event that Ctrl-C or a termination signal sets."""
    stop = threading.Event()

    def told(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)
    return stop
