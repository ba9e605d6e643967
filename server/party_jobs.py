"""What the timetable does for floating members; without the key of that work, nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.party.reviews import settling
from server.runtime import Runtime
from server.slots import Job


def settle_reviews(session: Session, runtime: Runtime, now: datetime) -> int:
    """End reviews that were answered, or that nobody answered in time."""
    return settling.settle(session, now, runtime.settings.reviews) if runtime.has_party else 0


JOBS = (Job("settle-reviews", "40 6 * * *", verb=settle_reviews),)
