"""What looks odd about points is listed with its reason, once, and nothing is done about it."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from server import point_jobs
from server.people import joining, profile
from server.people.models import Channel, Guardian
from server.riders.models import OddityKind, PointsCount, PointsEntry, PointsOddity
from server.riders.oddities import awards, signs
from server.riders.points import accounts, reversing
from tests.factories import a_person
from tests.server.riders.acts import NOBODY, a_rider, earn

CODE = "SUGGEST_ADOPTED"


@pytest.fixture
def clerk(db, clock) -> int:
    with db.transaction() as session:
        return a_person(session, clock.now())


def rider_of(db, clock) -> int:
    with db.transaction() as session:
        return a_rider(session, clock.now())


def give(db, clock, rider: int, by: int, source: str, at=None, **more) -> None:
    now = at or clock.now()
    with db.transaction() as session:
        earn(session, rider, now, source, **({"code": CODE, "by": by} | more))


def look(db, clock) -> list[PointsOddity]:
    with db.transaction() as session:
        signs.look(session, clock.now())
    with db.reading() as session:
        return list(session.scalars(select(PointsOddity).order_by(PointsOddity.id)))


def kinds(found: list[PointsOddity]) -> list[OddityKind]:
    return [one.kind for one in found]


def test_who_vouches_mostly_for_one_rider_is_listed(db, clock, clerk) -> None:
    one, other = rider_of(db, clock), rider_of(db, clock)
    for number in range(6):
        give(db, clock, one, clerk, f"a:{number}", clock.now() - timedelta(days=9 - number))
    for number in range(3):
        give(db, clock, other, clerk, f"b:{number}", clock.now() - timedelta(days=2))

    [found] = look(db, clock)

    assert (found.kind, found.person_id, found.verifier_id) == (OddityKind.PAIR, one, clerk)
    assert found.facts == {"number": 6, "share": 66, "points": 30}


def test_control_whoever_vouches_for_many_is_not(db, clock, clerk) -> None:
    for who in range(3):
        rider = rider_of(db, clock)
        for number in range(5):
            at = clock.now() - timedelta(days=number + 1, hours=who)
            give(db, clock, rider, clerk, f"{who}:{number}", at)

    assert look(db, clock) == []


def test_ten_within_five_minutes_by_one_hand_are_listed_once(db, clock, clerk) -> None:
    riders = [rider_of(db, clock) for _ in range(12)]
    for number, rider in enumerate(riders):
        at = clock.now() - timedelta(hours=2) + timedelta(seconds=20 * number)
        give(db, clock, rider, clerk, f"a:{number}", at)

    found = look(db, clock)

    assert kinds(found) == [OddityKind.BURST]
    assert found[0].facts == {"number": 10, "minutes": 5}
    assert len(look(db, clock)) == 1


def test_control_the_same_over_an_hour_is_not(db, clock, clerk) -> None:
    riders = [rider_of(db, clock) for _ in range(12)]
    for number, rider in enumerate(riders):
        at = clock.now() - timedelta(hours=2) + timedelta(minutes=5 * number)
        give(db, clock, rider, clerk, f"a:{number}", at)

    assert look(db, clock) == []


def test_hours_of_a_roster_are_no_burst(db, clock, clerk) -> None:
    riders = [rider_of(db, clock) for _ in range(12)]
    for number, rider in enumerate(riders):
        give(db, clock, rider, clerk, f"service_record:{number}", code="VOL_HOUR")

    assert look(db, clock) == []


def test_a_family_a_shared_phone_and_one_and_the_same_are_listed(db, clock, clerk, runtime) -> None:
    child, sharing = rider_of(db, clock), rider_of(db, clock)
    give(db, clock, child, clerk, "a:1")
    give(db, clock, sharing, clerk, "a:2")
    with db.transaction() as session:
        sealed = {"name": b"x", "phone": b"x", "phone_mark": "m", "relation": "母亲"}
        told = {"channel": Channel.CHAT, "agreed_at": clock.now()}
        session.execute(
            insert(Guardian).values(minor_id=child, guardian_id=clerk, **sealed, **told)
        )
        for person in (sharing, clerk):
            profile.set_phone(session, person, "13800000000", vault=runtime.vault)

    found = look(db, clock)

    assert {(one.person_id, one.facts["how"]) for one in found} == {(child, 3), (sharing, 2)}
    assert set(kinds(found)) == {OddityKind.LINKED}


def test_who_is_at_the_cap_on_nearly_every_day_is_listed(db, clock, clerk) -> None:
    eager, now = rider_of(db, clock), clock.now()
    for day in range(1, 6):
        for number in range(5):
            at = now - timedelta(days=day)
            give(db, clock, eager, NOBODY + day, f"{day}:{number}", at, code="HAZARD_OK")
    give(db, clock, eager, NOBODY, "today")

    found = [one for one in look(db, clock) if one.kind is OddityKind.FULL]

    assert [(one.person_id, one.facts) for one in found] == [(eager, {"days": 5, "of": 7})]
    with db.reading() as session:
        full = select(PointsCount.period).where(PointsCount.used == PointsCount.most)
        assert len(session.scalars(full).all()) == 5


def test_whose_awards_are_often_taken_back_is_listed(db, clock, clerk) -> None:
    for number in range(3):
        rider = rider_of(db, clock)
        with db.transaction() as session:
            given = earn(session, rider, clock.now(), f"a:{number}", code=CODE, by=clerk)
            reversing.reverse(session, given.transaction_id, "没有发生", clock.now(), by=NOBODY)

    [found] = look(db, clock)

    assert (found.kind, found.verifier_id, found.facts) == (
        OddityKind.REVERSED,
        clerk,
        {"number": 3},
    )


def test_control_corrections_of_hours_are_not_counted_as_taken_back(db, clock, clerk) -> None:
    for number in range(3):
        rider = rider_of(db, clock)
        with db.transaction() as session:
            given = earn(session, rider, clock.now(), f"a:{number}", code=CODE, by=clerk)
            reversing.reverse(session, given.transaction_id, "更正", clock.now())

    assert look(db, clock) == []


def test_looking_changes_no_point_and_pauses_nobody(db, clock, clerk) -> None:
    rider = rider_of(db, clock)
    for number in range(6):
        give(db, clock, rider, clerk, f"a:{number}")
    with db.reading() as session:
        before = session.execute(select(PointsEntry.__table__)).all()

    assert look(db, clock)

    with db.reading() as session:
        assert session.execute(select(PointsEntry.__table__)).all() == before
        assert accounts.look(session, rider, clock.now()).frozen_until is None


def test_a_stretch_is_found_by_halving_and_bounded(db, clock, clerk) -> None:
    rider, now = rider_of(db, clock), clock.now()
    for day in range(9, -1, -1):
        give(db, clock, rider, clerk, f"a:{day}", now - timedelta(days=day))

    with db.reading() as session:
        assert awards.since(session, now - timedelta(days=3), 100) == (6, 10)
        assert awards.since(session, now - timedelta(days=99), 100) == (0, 10)
        assert awards.since(session, now + timedelta(days=1), 100) == (10, 10)
        assert awards.since(session, now - timedelta(days=99), 4) == (6, 10)
        assert len(awards.given(session, awards.Stretch(0, 10), 4)) == 4


def test_the_job_is_kept_by_the_timetable(runtime) -> None:
    [job] = [job for job in point_jobs.JOBS if job.name == "look-for-odd-points"]

    assert job.fire(runtime, runtime.now()) == 0


def test_who_proves_to_be_the_one_who_vouched_is_listed(db, clock, clerk) -> None:
    rider = rider_of(db, clock)
    give(db, clock, rider, clerk, "a:1")
    with db.transaction() as session:
        joining.join(session, clerk, rider, clock.now())

    [found] = look(db, clock)

    assert (found.kind, found.person_id, found.facts) == (OddityKind.LINKED, clerk, {"how": 1})


def test_who_vouched_and_is_no_more_is_left_out_of_the_line(db, clock) -> None:
    rider = rider_of(db, clock)
    for number in range(6):
        give(db, clock, rider, NOBODY, f"a:{number}")

    [found] = look(db, clock)

    assert (found.person_id, found.verifier_id) == (rider, None)
