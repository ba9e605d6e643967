"""Who is where, read straight from the database: while a rig runs, and when it is over."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from sqlalchemy import func, select

from bench.district import opened
from server.db import Database
from server.volunteers.models import (
    Attendance,
    RecordState,
    Route,
    ServiceRecord,
    Signup,
    SignupState,
)

EVERY_SECONDS = 0.05


class Watch:
    """Looks again and again whether somebody is present at two places; each look is a snapshot."""

    def __init__(self, url: str) -> None:
        self.looks = 0
        self.found = 0
        self._url = url

    @contextmanager
    def looking(self) -> Iterator["Watch"]:
        """Look while the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self._look, args=(stop,))
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join()

    def _look(self, stop: threading.Event) -> None:
        with opened(self._url) as database:
            while not stop.wait(EVERY_SECONDS):
                self.found += at_two_places(database)
                self.looks += 1


def at_two_places(database: Database) -> int:
    """Return how many people are present at more than one place just now."""
    several = (
        select(Attendance.person_id)
        .where(Attendance.out_at.is_(None))
        .group_by(Attendance.person_id)
        .having(func.count() > 1)
    )
    with database.reading() as session:
        return len(session.scalars(several).all())


def pairs(url: str) -> tuple[dict[tuple[int, int], int], set[tuple[int, int]]]:
    """Return how many presences each (person, shift) has, and for which all of them are over."""
    is_open = func.count().filter(Attendance.out_at.is_(None))
    found = select(Attendance.person_id, Attendance.shift_id, func.count(), is_open)
    with opened(url) as database, database.reading() as session:
        rows = session.execute(found.group_by(Attendance.person_id, Attendance.shift_id)).all()
    return (
        {(person, shift): count for person, shift, count, _open in rows},
        {(person, shift) for person, shift, _count, still in rows if not still},
    )


def overlaps(url: str) -> int:
    """Return how often somebody came to one place before they had left another; paper aside."""
    rows = (
        select(Attendance.person_id, Attendance.in_at, Attendance.out_at)
        .where(Attendance.in_route != Route.PAPER)
        .order_by(Attendance.person_id, Attendance.in_at, Attendance.id)
    )
    with opened(url) as database, database.reading() as session:
        found = session.execute(rows).all()
    return sum(
        1
        for one, other in pairwise(found)
        if one.person_id == other.person_id and (one.out_at is None or other.in_at < one.out_at)
    )


def without_record(url: str) -> int:
    """Return how many presences have not just the records they should have.

    One that counts once the presence is over, and none before.
    """
    records = func.count(ServiceRecord.id)
    wanted = (
        select(Attendance.id)
        .outerjoin(
            ServiceRecord,
            (ServiceRecord.shift_id == Attendance.shift_id)
            & (ServiceRecord.person_id == Attendance.person_id)
            & (ServiceRecord.state != RecordState.VOID),
        )
        .group_by(Attendance.id, Attendance.out_at)
        .having(records != func.count(Attendance.out_at.distinct()))
    )
    with opened(url) as database, database.reading() as session:
        return len(session.scalars(wanted).all())


def untrue_states(url: str) -> list[str]:
    """Return every sign-up that says something else than the presence does, in words."""
    here = Signup.state == SignupState.CHECKED_IN
    gone = Signup.state.in_((SignupState.CHECKED_OUT, SignupState.CREDITED))
    wrong = (
        select(Signup.id, Signup.state, Signup.changed_at, Attendance.in_at, Attendance.out_at)
        .outerjoin(Attendance, Attendance.signup_id == Signup.id)
        .where(
            (here & (Attendance.id.is_(None) | Attendance.out_at.is_not(None)))
            | (gone & Attendance.out_at.is_(None))
            | (~here & ~gone & Attendance.id.is_not(None))
        )
    )
    with opened(url) as database, database.reading() as session:
        return [
            f"sign-up {id_} is {state} since {since}, came {came}, left {left}"
            for id_, state, since, came, left in session.execute(wrong)
        ]
