"""What must not be left once everybody has stopped, read straight from the database."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select, text

from bench.district import opened
from server.people.models import Erasure, ErasureState, Person
from server.volunteers.models import (
    LIVE,
    PRESENT,
    Activity,
    ActivityState,
    Attendance,
    Shift,
    Signup,
)

EXPECTED = tuple(state for state in LIVE if state not in PRESENT)


def expected_where(url: str, *conditions: ColumnElement[bool]) -> int:
    """Return how many sign-ups still count on a place, though they should not."""
    found = (
        select(func.count())
        .select_from(Signup)
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Person, Person.id == Signup.person_id)
        .where(Signup.state.in_(EXPECTED), *conditions)
    )
    with opened(url) as database, database.reading() as session:
        return session.scalar(found) or 0


def in_what_was_called_off(url: str) -> int:
    """Return how many people are still expected at what was called off."""
    return expected_where(url, Activity.state == ActivityState.CANCELLED)


def of_the_forgotten(url: str) -> int:
    """Return how many places ahead somebody still holds, or waits for, who was forgotten."""
    return expected_where(url, Person.erased_at.is_not(None), Shift.ends_at > datetime.now(UTC))


def forgotten(url: str) -> int:
    """Return how many people were forgotten."""
    with opened(url) as database, database.reading() as session:
        return session.scalar(select(func.count()).where(Person.erased_at.is_not(None))) or 0


def still_to_do(url: str) -> int:
    """Return how many presences run on and how many wishes to be forgotten wait, together."""
    waits = (
        select(func.count()).where(Attendance.out_at.is_(None)),
        select(func.count()).where(Erasure.state == ErasureState.ASKED),
    )
    with opened(url) as database, database.reading() as session:
        return sum(session.scalar(count) or 0 for count in waits)


def deadlocks(url: str) -> int:
    """Return how often PostgreSQL has ended one of two that waited for each other."""
    if url.startswith("sqlite"):
        return 0
    counted = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with opened(url) as database, database.reading() as session:
        return int(session.scalar(counted) or 0)
