"""Which lines of the timetable have been done: any number of schedulers fires a slot once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.db import Base, insert_into


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


def note(
    session: Session, job: str, result: str, now: datetime, *, failed: bool, seconds: float
) -> None:
    """Put down how a job went; failures in a row are counted, and forgotten once it is done."""
    told = {"ran_at": now, "result": result[:200], "seconds": seconds}
    told |= {"failed_at": now} if failed else {"done_at": now}
    entry = insert_into(session, JobState).values(job=job, failures=int(failed), **told)
    failures = JobState.failures + 1 if failed else 0
    session.execute(
        entry.on_conflict_do_update(index_elements=["job"], set_=told | {"failures": failures})
    )


def standings(session: Session) -> Mapping[str, JobState]:
    """Return how each job went last, by its name; one that never ran is not there."""
    return {state.job: state for state in session.scalars(select(JobState))}


def last_sign(session: Session) -> datetime | None:
    """Return when any job ran last, or failed; None when none ever did."""
    return session.scalar(select(func.max(JobState.ran_at)))
