"""Staff and volunteers at one moment. Each race has a control that would see the fault."""

from threading import Barrier

import pytest
from sqlalchemy import select

from server.errors import Refusal
from server.volunteers.activities import calling_off, publishing
from server.volunteers.models import LIVE, Activity, ActivityState, Signup
from server.volunteers.refusals import UseCancel
from tests.factories import an_activity, people
from tests.server.volunteers.acts import counts, kept, sign_up
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
