"""Whoever comes, leaves or signs up while their activity is called off, on PostgreSQL.

SQLite has one writer at a time, so there one comes before the other. Each race has its control.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from server.db import Busy
from server.people.models import Person
from server.staff.rights import Right
from server.volunteers.activities import calling_off, desk, publishing
from server.volunteers.attendance import closing, letting_in
from server.volunteers.attendance.codes import Direction
from server.volunteers.attendance.presence import Means
from server.volunteers.models import Activity, Attendance, Shift, Signup, SignupState
from server.volunteers.refusals import ActivityCancelled, Closed
from server.volunteers.signups import eligibility
from tests.factories import POLICY, a_person, an_activity, people
from tests.server.volunteers.acts import cancel, counts, kept, sign_up
from tests.server.volunteers.attendance.acts import check_in
from tests.server.volunteers.staff import a_reach
from tests.server.volunteers.test_races import together


@pytest.fixture
def coming(db, clock, is_postgres):
    """A shift that begins soon, one person with its only place, one in line, and staff."""
    if not is_postgres:
        pytest.skip("SQLite has one writer at a time")
    now = clock.now()
    with db.transaction() as session:
        activity = an_activity(session, now, starts_in=timedelta(minutes=15))
        shift = activity.shifts[0].id
        holder, waiter = people(session, now, 2)
        for person in (holder, waiter):
            sign_up(session, person, shift, now)
        session.get_one(Person, waiter).volunteer_no = "V1"
        return now, activity.id, shift, holder, a_reach(session, now)


def end_at_once(session, which, now):
    """End sign-ups as they were read, whatever became of them since."""
    ended = update(Signup).where(Signup.id.in_(which)).values(state=SignupState.REVOKED)
    return set(session.scalars(ended.returning(Signup.id)))


@pytest.mark.parametrize("guarded", [True, False])
def test_who_checks_in_while_it_is_called_off_came(db, coming, runtime, monkeypatch, guarded):
    """Also the control: without the condition they would be present in a place they do not hold."""
    now, activity, shift, holder, worker = coming
    means = Means(runtime.vault, runtime.limits, runtime.policy)
    came, read = Barrier(2), Barrier(2)
    expected = calling_off._expected
    if not guarded:
        monkeypatch.setattr(calling_off, "_end", end_at_once)

    def reads(*given):
        found = expected(*given)
        read.wait(20)
        return found

    monkeypatch.setattr(calling_off, "_expected", reads)

    def volunteer(session):
        told = check_in(session, holder, shift, now, means)
        came.wait(20)
        read.wait(20)
        return told

    def staff(session):
        came.wait(20)
        return calling_off.call_off(session, worker, activity, "暴雨", now)

    together(db, [volunteer, staff])

    with db.reading() as session:
        state = session.scalars(select(Signup.state).where(Signup.person_id == holder)).one()
        assert session.scalars(select(Attendance.out_at)).one() is None
    assert state is (SignupState.CHECKED_IN if guarded else SignupState.REVOKED)
    with db.transaction() as session:
        assert closing.close(session, now, POLICY) == 1
    with db.reading() as session:
        assert counts(session, shift) == kept(session, shift)


@pytest.mark.parametrize("guarded", [True, False])
def test_who_is_let_in_from_the_line_while_it_is_called_off_is_told_so(
    db, coming, runtime, monkeypatch, guarded
):
    """Also the control: without another look the line would be counted below nought."""
    now, activity, shift, _holder, worker = coming
    means = Means(runtime.vault, runtime.limits, runtime.policy)
    judged, done = Event(), Event()

    def judge(*_given, **_more):
        judged.set()
        done.wait(20)

    monkeypatch.setattr(letting_in.gates, "judge", judge)
    if not guarded:
        monkeypatch.setattr(letting_in, "_still_waits", lambda *_given: True)

    def leader(session):
        return letting_in.let_in(session, worker, shift, "V1", Direction.IN, now, means)

    def staff():
        judged.wait(20)
        with db.transaction() as session:
            calling_off.call_off(session, worker, activity, "暴雨", now)
        done.set()

    with ThreadPoolExecutor(1) as other:
        calling = other.submit(staff)
        error = ActivityCancelled if guarded else IntegrityError
        with pytest.raises(error), db.transaction() as session:
            leader(session)
        calling.result(20)
    with db.reading() as session:
        assert counts(session, shift) == kept(session, shift) == (0, 0)


@pytest.mark.parametrize("guarded", [True, False])
def test_whoever_holds_an_activity_stands_in_nobodys_way(db, coming, guarded):
    """Also the control: held wholly, whoever leaves would wait for staff who wait for them."""
    now, activity, shift, holder, worker = coming

    def leaves() -> None:
        with db.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            cancel(session, holder, shift, now)

    with db.transaction() as staff:
        if guarded:
            desk.held(staff, worker, Right.MANAGE_ACTIVITIES, activity)
            leaves()
        else:
            staff.get(Activity, activity, with_for_update=True)
            with pytest.raises(Busy):
                leaves()

    with db.reading() as session:
        assert counts(session, shift) == kept(session, shift) == (1, int(not guarded))


def close_now(session, activity, now):
    """Close the shifts of an activity at this very moment."""
    session.execute(update(Shift).where(Shift.activity_id == activity).values(closes_at=now))


@pytest.mark.parametrize("guarded", [True, False])
def test_who_looked_at_the_clock_before_it_was_called_off_is_too_late_all_the_same(
    db, coming, monkeypatch, guarded
):
    """Also the control: closed at that moment, whoever waited for it would still be in time."""
    now, activity, shift, _holder, worker = coming
    with db.transaction() as session:
        person = a_person(session, now)
    judged, done, judge = Event(), Event(), eligibility.judge
    if not guarded:
        monkeypatch.setattr(publishing, "close_shifts", close_now)

    def judges(*given, **more):
        verdict = judge(*given, **more)
        judged.set()
        done.wait(20)
        return verdict

    monkeypatch.setattr(eligibility, "judge", judges)

    def staff() -> None:
        judged.wait(20)
        with db.transaction() as session:
            calling_off.call_off(session, worker, activity, "暴雨", now + timedelta(seconds=1))
        done.set()

    with ThreadPoolExecutor(1) as other:
        calling = other.submit(staff)
        too_late = pytest.raises(Closed) if guarded else nullcontext()
        with too_late, db.transaction() as session:
            sign_up(session, person, shift, now)
        calling.result(20)

    with db.reading() as session:
        assert kept(session, shift) == counts(session, shift)
        assert sum(kept(session, shift)) == int(not guarded)
