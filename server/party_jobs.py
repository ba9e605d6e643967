"""What the timetable does for floating members; without the key of that work, nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.party.reviews import settling
from server.runtime import Runtime
from server.slots import Job


def settle_reviews(session: Session, runtime: Runtime, now: datetime) -> str:
    """End reviews that were answered, or that nobody answered in time; how many, nobody learns."""
    if runtime.has_party:
        settling.settle(session, now, runtime.settings.reviews)
    return ""


JOBS = (Job("settle-reviews", "40 6 * * *", verb=settle_reviews),)
