"""What the timetable does for pictures: fetching them, and letting them go."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.photos import checking, fetching, forgetting
from server.runtime import Runtime
from server.slots import Job


def fetch_photos(runtime: Runtime) -> int:
    """Fetch the pictures that people sent by chat."""
    return fetching.work(runtime)


def check_photos(runtime: Runtime) -> int:
    """Have WeChat look at pictures, where the settings say so."""
    return checking.work(runtime)


def age_photos(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Let go of pictures that came half a year ago."""
    return forgetting.age(session, now)


def clear_photos(runtime: Runtime) -> int:
    """Delete the files of pictures that were refused or are kept no longer."""
    return forgetting.clear(runtime)


def sweep_photos(runtime: Runtime) -> int:
    """Delete what killed workers left on the disk."""
    return forgetting.sweep(runtime)


JOBS = (
    Job("fetch-photos", "every 2s", fetch_photos),
    Job("check-photos", "every 3s", check_photos),
    Job("clear-photos", "every 20s", clear_photos),
    Job("age-photos", "37 * * * *", verb=age_photos),
    Job("sweep-photos", "17 * * * *", run=sweep_photos),
)
