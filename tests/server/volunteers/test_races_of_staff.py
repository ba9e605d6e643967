"""Staff and volunteers at one moment. Each race has a control that would see the fault."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from server.errors import Refusal
from server.people.models import Person
from server.volunteers.activities import calling_off, publishing
from server.volunteers.attendance import closing, letting_in
from server.volunteers.attendance.codes import Direction
from server.volunteers.attendance.presence import Means
from server.volunteers.models import (
    LIVE,
    Activity,
    ActivityState,
    Attendance,
    Signup,
    SignupState,
)
from server.volunteers.refusals import ActivityCancelled, UseCancel
from tests.factories import POLICY, an_activity, people
from tests.server.volunteers.acts import counts, kept, sign_up
from tests.server.volunteers.attendance.acts import check_in
from tests.server.volunteers.staff import a_reach
from tests.server.volunteers.test_races import together

CROWD = 6


@pytest.fixture
def scene(db, clock):
    """An open activity, its shift, a crowd, and somebody of the staff."""
    now = clock.now()
    with db.transaction() as session:
        activity = an_activity(session, now, capacity=3)
        return (
            now,
            activity.id,
            activity.shifts[0].id,
            people(session, now, CROWD),
            a_reach(session, now),
        )


def crowd_of(shift, persons, now):
    return [lambda s, person=person: sign_up(s, person, shift, now) for person in persons]


def test_nobody_is_left_in_an_activity_that_was_called_off(db, scene):
    now, activity, shift, persons, worker = scene

    told, *got = together(
        db,
        [
            lambda s: calling_off.call_off(s, worker, activity, "暴雨", now),
            *crowd_of(shift, persons, now),
        ],
    )

    with db.reading() as session:
        live = session.scalars(select(Signup.id).where(Signup.state.in_(LIVE))).all()
        assert counts(session, shift) == kept(session, shift) == (0, 0)
    assert live == []
    assert told == sum(not isinstance(each, Refusal) for each in got)


def test_what_is_taken_back_has_nobody_in_it(db, scene):
    now, activity, shift, persons, worker = scene

    taken_back, *got = together(
        db,
        [
            lambda s: publishing.unpublish(s, worker, activity, now).state,
            *crowd_of(shift, persons[:2], now),
        ],
    )

    with db.reading() as session:
        state = session.scalars(select(Activity.state)).one()
        somebody = session.scalars(select(Signup.id)).all()
    if isinstance(taken_back, UseCancel):
        assert state is ActivityState.OPEN
        assert len(somebody) == len([each for each in got if not isinstance(each, Refusal)]) > 0
    else:
        assert (state, somebody) == (ActivityState.UNPUBLISHED, [])


@pytest.mark.parametrize("deed", ["call off", "take back"])
def test_control_without_closing_the_shifts_somebody_is_left_behind(
    db, scene, monkeypatch, is_postgres, deed
):
    if not is_postgres:
        # one writer at a time: whoever comes second sees what the first has done
        assert db.is_sqlite
        return
    guard = "server.volunteers.activities.publishing.close_shifts"
    monkeypatch.setattr(guard, lambda *_given: None)
    now, activity, shift, (person, *_), worker = scene
    read = Barrier(2)
    looked = publishing.desk.held

    def slow(*given):
        found = looked(*given)
        read.wait(20)
        return found

    def staff(session):
        if deed == "call off":
            done = calling_off.call_off(session, worker, activity, "暴雨", now)
        else:
            done = publishing.unpublish(session, worker, activity, now).state
        written.wait(20)
        return done

    def volunteer(session):
        got = sign_up(session, person, shift, now)
        read.wait(20)
        written.wait(20)
        return got

    written = Barrier(2)
    monkeypatch.setattr("server.volunteers.activities.desk.held", slow)

    together(db, [staff, volunteer])

    with db.reading() as session:
        assert session.scalars(select(Signup.state)).one() in LIVE
        assert session.scalars(select(Activity.state)).one() is not ActivityState.OPEN


@pytest.fixture
def coming(db, clock):
    """A shift that begins soon, one person with its only place, one in line, and staff."""
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
def test_who_checks_in_while_it_is_called_off_came(
    db, coming, runtime, monkeypatch, is_postgres, guarded
):
    """Also the control: without the condition they would be present in a place they do not hold."""
    if not is_postgres:
        # one writer at a time: a check-in comes before or after
        assert db.is_sqlite
        return
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
    db, coming, runtime, monkeypatch, is_postgres, guarded
):
    """Also the control: without another look the line would be counted below nought."""
    if not is_postgres:
        assert db.is_sqlite
        return
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
