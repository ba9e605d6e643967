"""Which lines of the timetable have been done: any number of schedulers fires a slot once."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.db import Base


class JobRun(Base):
    """One slot of one job, claimed in the transaction of the work itself."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    slot: Mapped[datetime]
    claimed_at: Mapped[datetime]


class JobState(Base):
    """How a job went last: for the operator, and for the probe that notices a silent timetable."""

    __tablename__ = "job_state"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    ran_at: Mapped[datetime]
    result: Mapped[str]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)


def claim(session: Session, job: str, slot: datetime, now: datetime) -> bool:
    """Take the slot, or tell that another scheduler has it already."""
    try:
        with session.begin_nested():
            session.add(JobRun(job=job, slot=slot, claimed_at=now))
    except IntegrityError:
        return False
    return True


def last_slot(session: Session, job: str) -> datetime | None:
    """Return the last slot that was claimed of a job."""
    return session.scalar(select(func.max(JobRun.slot)).where(JobRun.job == job))
