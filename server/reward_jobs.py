"""What the timetable does for rewards."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.riders.rewards import ending
from server.runtime import Runtime
from server.slots import Job


def expire_vouchers(session: Session, runtime: Runtime, now: datetime) -> int:
    """End what nobody collected in time, and pay it back."""
    return ending.expire_due(session, now, runtime.settings.rewards)


JOBS = (Job("expire-vouchers", "4-59/10 * * * *", verb=expire_vouchers),)
