"""The rigs in small, without processes: what they reckon with is right, and finds what is wrong."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text, update

from bench.district import Plan, build, opened
from bench.rigs import days, forgeries, minutes, presences, ripe, trails
from bench.rigs.catalogue import RIGS
from bench.rigs.outcome import Order, Outcome
from server.audit import trail
from server.people import identities
from server.volunteers.attendance import closing
from server.volunteers.hours import finishing
from server.volunteers.hours import minutes as rule
from server.volunteers.models import Attendance, RecordState, Route, ServiceRecord, Shift, Signup
from tests.factories import POLICY


@pytest.fixture
def place(database_url: str) -> SimpleNamespace:
    return SimpleNamespace(empty_database=lambda _backend: database_url)


@pytest.fixture
def over(database_url: str) -> Iterator[str]:
    """A batch of presences that run on and of hours that time has something to do with."""
    build(database_url, Plan(people=ripe.EACH, open=0))
    ripe.put(database_url, ripe.MOMENT, 0)
    return database_url


def test_every_rush_takes_people_by_now(database_url) -> None:
    build(database_url, Plan(people=1, open=0, rushes=RIGS["rush"].full))

    with opened(database_url) as db, db.reading() as session:
        assert (
            session.scalars(select(Shift.id).where(Shift.opens_at > datetime.now(UTC))).all() == []
        )


@pytest.mark.parametrize("mutant", [False, True])
def test_minutes_agree_with_the_model_and_the_control_is_found_out(place, mutant) -> None:
    most, hold = rule.MOST_A_DAY, identities.hold

    found = minutes.run(place, Order("here", rounds=2, seed=20260309, mutant=mutant))

    assert found.as_it_must, found
    assert (rule.MOST_A_DAY, identities.hold) == (most, hold)


def test_time_does_its_work_and_no_record_is_lost(over) -> None:
    assert presences.without_record(over) == 0
    with opened(over) as db:
        for _twice in range(2):
            with db.transaction() as session:
                closing.close(session, ripe.MOMENT, POLICY)
                finishing.finish(session, ripe.MOMENT)
        with db.reading() as session:
            final = select(ServiceRecord).where(ServiceRecord.state == RecordState.FINAL)
            assert len(session.scalars(final).all()) == ripe.EACH - ripe.EACH // ripe.DISPUTED
    assert (presences.without_record(over), presences.untrue_states(over)) == (0, [])


def test_control_a_presence_that_lost_its_record_is_seen(over) -> None:
    with opened(over) as db, db.transaction() as session:
        one = select(Attendance.id).where(Attendance.out_at.is_(None)).limit(1)
        lost = update(Attendance).where(Attendance.id.in_(one.scalar_subquery()))
        session.execute(lost.values(out_at=ripe.MOMENT, out_route=Route.SELF))

    assert (presences.without_record(over), len(presences.untrue_states(over))) == (1, 1)


def test_control_somebody_at_two_places_is_seen(over) -> None:
    with opened(over) as db:
        assert presences.at_two_places(db) == 0
        with db.transaction() as session:
            session.execute(text("DROP INDEX uq_attendance_open"))
            here = session.scalars(select(Attendance).where(Attendance.out_at.is_(None))).first()
            elsewhere = select(Signup).where(
                Signup.person_id == here.person_id, Signup.shift_id != here.shift_id
            )
            other = session.scalars(elsewhere).first()
            session.execute(
                update(Attendance)
                .where(Attendance.signup_id == other.id)
                .values(out_at=None, out_route=None, in_at=here.in_at + timedelta(minutes=1))
            )
        assert presences.at_two_places(db) == 1


def test_forgeries_are_found_and_a_blind_proof_misses_some(database_url) -> None:
    build(database_url, Plan(people=1, open=0))
    with opened(database_url) as db:
        for number in range(40):
            with db.transaction() as session:
                trail.record(session, 7, "need.verified", ("need", number), ripe.MOMENT, note="x")

    assert forgeries.missed(database_url, 24, random.Random(1)) == []
    assert trails.verify(database_url).flaw is None
    assert sum(trails.entries(database_url, "need.verified").values()) == 40


@pytest.mark.once
def test_a_control_must_find_the_very_thing_it_was_made_for() -> None:
    order = Order("here", 1, 1, mutant=True)

    assert not Outcome("r", order, {}, {"lost": 1, "doubled": 0}, shown_by=("doubled",)).as_it_must
    assert Outcome("r", order, {}, {"lost": 0, "doubled": 1}, shown_by=("doubled",)).as_it_must
    assert days.at(0) == days.midnight()
