"""C1 to C4: many phones at once, clocks that jump, codes of every age, random orders.

Each has a control that shows the test would see the fault.
"""

import os
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from server.errors import Refusal
from server.volunteers.attendance import attendance, closing, codes
from server.volunteers.attendance.presence import Means
from server.volunteers.attendance.refusals import CheckOutFirst
from server.volunteers.hours.minutes import TOLERANCE
from server.volunteers.models import Attendance, Route, Shift, Signup
from server.volunteers.views import Presence
from tests.factories import POLICY
from tests.server.volunteers.attendance.acts import (
    HOUR,
    MINUTE,
    STEP,
    a_running_shift,
    check_in,
    check_out,
    how_many,
    scan,
)
from tests.server.volunteers.test_races import together

CROWD = 50
PEOPLE = 5
HISTORIES = int(os.environ.get("HISTORIES", "60"))
"""`make rigs` plays ten thousand, as many as the invariant wants; that takes some minutes."""


def two_shifts(db, now) -> tuple[int, list[int]]:
    """Return a person with two shifts that overlap, as a leader may have allowed."""
    with db.transaction() as session:
        shift, [person] = a_running_shift(session, now)
        other, [nobody] = a_running_shift(session, now)
        mine = session.scalars(select(Signup).where(Signup.person_id == nobody)).one()
        mine.person_id = person
    return person, [shift, other]


def test_of_many_scans_at_once_one_counts(db, clock, means) -> None:
    now = clock.now()
    with db.transaction() as session:
        shift, [person] = a_running_shift(session, now)
    code = scan(shift, now, means)

    act = [lambda s: attendance.check_in(s, person, code, now, means)] * CROWD
    got = together(db, act)

    assert len(got) == CROWD
    assert len(set(got)) == 1
    with db.reading() as session:
        assert how_many(session) == 1


def test_two_phones_at_two_places_make_one_presence(db, clock, means) -> None:
    now = clock.now()
    person, shifts = two_shifts(db, now)

    got = together(
        db, [lambda s, shift=shift: check_in(s, person, shift, now, means) for shift in shifts]
    )

    assert sorted(type(one) is Presence for one in got) == [False, True]
    assert any(isinstance(one, CheckOutFirst) for one in got)
    with db.reading() as session:
        assert how_many(session) == 1


@pytest.mark.parametrize(("keyed", "open_at_once"), [(True, 1), (False, 2)])
def test_control_without_the_unique_key_one_person_is_at_two_places(
    db, clock, keyed, open_at_once
) -> None:
    now = clock.now()
    _person, shifts = two_shifts(db, now)
    with db.transaction() as session:
        if not keyed:
            session.execute(text("DROP INDEX uq_attendance_open"))
        rows = session.execute(
            select(Signup.id, Signup.shift_id, Signup.person_id).where(Signup.shift_id.in_(shifts))
        ).all()
    kept = 0
    for row in rows:
        given = {"in_at": now, "in_route": Route.ROSTER, "entered_at": now}
        given |= {"signup_id": row.id, "shift_id": row.shift_id, "person_id": row.person_id}
        with suppress(IntegrityError), db.transaction() as session:
            session.execute(insert(Attendance).values(**given))
            session.flush()
            kept += 1
    assert kept == open_at_once


@pytest.mark.parametrize("jump", [-24 * HOUR, -HOUR, 24 * HOUR, HOUR + 3 * 60 * MINUTE])
def test_a_clock_that_jumps_opens_no_window(session, now, means, jump) -> None:
    shift, [person] = a_running_shift(session, now)
    code, there = scan(shift, now, means), now + jump

    for tried in (code, scan(shift, there, means)):
        with pytest.raises(Refusal):
            attendance.check_in(session, person, tried, there, means)

    assert how_many(session) == 0


def accepted(session, shift, people, now, means) -> dict[int, int]:
    """Return how often a code of each age in quarters of a minute was taken, whoever sent it."""
    taken = {}
    for quarter in range(41):
        code = scan(shift, now - quarter * STEP / 2, means)
        taken[quarter] = 0
        for person in people:
            trial = session.begin_nested()
            try:
                attendance.check_in(session, person, code, now, means)
                taken[quarter] += 1
            except Refusal:
                pass
            trial.rollback()
    return taken


def test_no_code_is_taken_out_of_its_time_whoever_sends_it(session, now, means) -> None:
    shift, people = a_running_shift(session, now, people=PEOPLE)

    taken = accepted(session, shift, people, now, means)

    # within its time nobody can tell a code that a friend passed on: five of five are taken
    assert {quarter for quarter, count in taken.items() if count} == {0, 1, 2}
    assert sum(count for quarter, count in taken.items() if quarter > 3) == 0


def test_control_ten_windows_take_what_is_out_of_its_time(session, now, means, monkeypatch) -> None:
    shift, people = a_running_shift(session, now, people=1)
    monkeypatch.setattr(codes, "FRESH", 10)

    taken = accepted(session, shift, people, now, means)

    assert sum(count for quarter, count in taken.items() if quarter > 3) > 0


class Model:
    """What ought to happen: come once, leave once, never after the schedule, never before."""

    def __init__(self, ends_at) -> None:
        self.ends_at = ends_at
        self.in_at = self.out_at = None

    def come(self, at) -> bool:
        if self.out_at is not None:
            return False
        if self.in_at is None:
            if at > self.ends_at:
                return False
            self.in_at = at
        return True

    def go(self, at, code) -> bool:
        if self.in_at is None:
            return False
        if self.out_at is None:
            late = at > self.ends_at + TOLERANCE
            self.out_at = self.ends_at if late or (not code and at > self.ends_at) else at
        return True

    def close(self, at) -> None:
        if self.in_at is not None and self.out_at is None and at >= self.ends_at + TOLERANCE:
            self.out_at = self.ends_at


def play(session, means: Means, seed: int, now) -> tuple[list, list]:
    """Play one random history on the service and on the model; return what each has to say."""
    chance = random.Random(seed)
    shift, [person] = a_running_shift(session, now)
    model, at, told, meant = Model(session.get_one(Shift, shift).ends_at), now, [], []
    for _ in range(7):
        at += timedelta(minutes=chance.randrange(0, 50))
        deed = chance.choice(["come", "go", "leave", "close"])
        if deed == "close":
            closing.close(session, at, POLICY)
            model.close(at)
            continue
        did = {
            "come": lambda at=at: check_in(session, person, shift, at, means),
            "go": lambda at=at: check_out(session, person, shift, at, means),
            "leave": lambda at=at: attendance.check_out(session, person, None, at, means),
        }
        try:
            did[deed]()
            told.append((deed, True))
        except Refusal:
            told.append((deed, False))
        meant.append((deed, model.come(at) if deed == "come" else model.go(at, deed == "go")))
    mine = select(Attendance.in_at, Attendance.out_at).where(Attendance.person_id == person)
    told.append([tuple(row) for row in session.execute(mine)])
    meant.append([(model.in_at, model.out_at)] if model.in_at else [])
    return told, meant


@pytest.mark.invents
def test_any_order_of_coming_and_going_ends_as_the_model_says(session, now, means) -> None:
    differing = []
    for seed in range(HISTORIES):
        told, meant = play(session, means, seed, now)
        if told != meant:
            differing.append((seed, told, meant))

    assert differing == []


def test_control_a_model_that_runs_on_differs(session, now, means, monkeypatch) -> None:
    monkeypatch.setattr(Model, "close", lambda self, at: setattr(self, "out_at", at))

    assert any(
        told != meant for told, meant in (play(session, means, seed, now) for seed in range(9))
    )
