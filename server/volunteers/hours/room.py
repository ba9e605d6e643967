"""How many minutes a person may still be credited for a time, as all their records stand."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.volunteers.hours import minutes
from server.volunteers.hours.minutes import TOLERANCE, Span
from server.volunteers.models import RecordState, ServiceRecord

COUNTING = (RecordState.PENDING, RecordState.CONFIRMED, RecordState.FINAL)
"""States in which minutes count; what still waits for a second person takes nobody's room."""

record = ServiceRecord.__table__.c
DAY = timedelta(days=1)


def day_of(moment: datetime) -> date:
    """Return the local day to which service counts that began at a moment."""
    return moment.astimezone(LOCAL).date()


def of(
    session: Session, person_id: int, span: Span, shift: Span, *, besides: int | None = None
) -> int:
    """Return how many minutes of a span count for a person; one statement, the person locked.

    `besides` is the record that is being changed, which does not stand in its own way.
    """
    day = day_of(span.starts_at)
    rows = session.execute(
        select(record.starts_at, record.ends_at, record.minutes, record.day).where(
            record.person_id == person_id,
            record.day.between(day - DAY, day + DAY),
            record.state.in_(COUNTING),
            record.minutes > 0,
            record.id != (besides or 0),
            or_(record.day == day, record.ends_at > span.starts_at),
        )
    ).all()
    others = [Span(row.starts_at, row.ends_at) for row in rows]
    used = sum(row.minutes for row in rows if row.day == day)
    return minutes.countable(span, shift, others, used)


def whole(shift: Span) -> Span:
    """Return the widest time that a shift can be credited for."""
    return Span(shift.starts_at - TOLERANCE, shift.ends_at + TOLERANCE)
