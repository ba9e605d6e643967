"""Final hours give points, corrections follow, and minutes never change for it (V14)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.jobs import run_once
from server.people.models import Channel
from server.riders.models import PointsClaim
from server.riders.points import reading, reversing, spending
from server.volunteers.hours import amending, finishing, versions
from server.volunteers.hours.minutes import Span
from server.volunteers.hours.versions import Mark
from server.volunteers.models import ServiceRecord
from tests.server.riders.acts import a_rider, books, earn, has
from tests.server.volunteers.records.acts import a_past_shift, a_record, confirm, record_of, staff

MARK = Mark(None, "签到表有误", Channel.CONSOLE)


def settled(runtime, clock, days: float = 0) -> None:
    """Let the jobs of points run, some days later."""
    clock.advance(days=days)
    for job in ("settle-claims", "mature-points"):
        run_once(runtime, job, clock.now())


@pytest.fixture
def served(runtime, clock):
    """Let a rider serve so long, have it confirmed, and made final; return (rider, record)."""

    def serve(hours: float = 2, rider: int | None = None) -> tuple[int, int]:
        with runtime.db.transaction() as session:
            now = clock.now()
            rider = rider or a_rider(session, now)
            shift = a_past_shift(session, now)
            given = {"person": rider, "stayed": timedelta(hours=hours)}
            record = a_record(session, now, shift, **given)
            confirm(session, staff(session, now), shift, now)
        clock.advance(days=7)
        with runtime.db.transaction() as session:
            finishing.finish(session, clock.now())
        return rider, record

    return serve


def points(runtime, clock, rider: int) -> tuple[int, int]:
    with runtime.db.reading() as session:
        assert books(session) == (None, 0)
        return reading.balance(session, rider, clock.now())[:2]


def test_final_hours_give_points_that_arrive_on_the_next_day(runtime, clock, served) -> None:
    rider, record = served()

    settled(runtime, clock)
    assert points(runtime, clock, rider) == (0, 2)
    settled(runtime, clock, days=1)
    settled(runtime, clock)

    assert points(runtime, clock, rider) == (2, 0)
    with runtime.db.reading() as session:
        why = reading.why(session, rider, 1)
    assert (why.source, why.code) == (f"service_record:{record}", "VOL_HOUR")


def test_only_full_hours_count(runtime, clock, served) -> None:
    rider, _record = served(1.9)

    settled(runtime, clock, days=1)
    settled(runtime, clock, days=1)

    assert points(runtime, clock, rider) == (1, 0)


def test_of_many_hours_of_one_day_those_within_the_cap_count(runtime, clock, served) -> None:
    rider, _record = served()
    with runtime.db.transaction() as session:
        day = session.scalars(select(ServiceRecord.starts_at)).one()
        earn(session, rider, clock.now(), "other", code="VOL_HOUR", units=3, at=day)

    settled(runtime, clock)

    assert points(runtime, clock, rider) == (0, 4)


def test_whoever_is_no_rider_gets_none(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        shift = a_past_shift(session, clock.now())
        a_record(session, clock.now(), shift)
        confirm(session, staff(session, clock.now()), shift, clock.now())
    clock.advance(days=7)
    with runtime.db.transaction() as session:
        assert finishing.finish(session, clock.now()) == 1
        assert session.scalars(select(PointsClaim)).all() == []


def amended(runtime, clock, record: int, minutes: int) -> None:
    with runtime.db.transaction() as session:
        seen = record_of(session, record)
        span = Span(seen.starts_at, seen.ends_at)
        amending.amend(session, seen, (minutes, span), MARK, clock.now())


def test_points_follow_a_correction(runtime, clock, served) -> None:
    rider, record = served()
    settled(runtime, clock, days=1)
    settled(runtime, clock, days=1)

    amended(runtime, clock, record, 65)
    settled(runtime, clock, days=1)
    settled(runtime, clock, days=1)

    assert points(runtime, clock, rider) == (1, 0)


def test_a_correction_within_the_hour_changes_nothing(runtime, clock, served) -> None:
    rider, record = served()
    settled(runtime, clock, days=1)

    amended(runtime, clock, record, 119)
    amended(runtime, clock, record, 120)
    settled(runtime, clock, days=1)
    settled(runtime, clock, days=1)

    assert points(runtime, clock, rider) == (2, 0)


def test_void_hours_lose_their_points(runtime, clock, served) -> None:
    rider, record = served()
    settled(runtime, clock)

    with runtime.db.transaction() as session:
        amending.void(session, record_of(session, record), MARK, clock.now())
    settled(runtime, clock, days=1)

    assert points(runtime, clock, rider) == (0, 0)


def test_a_refused_claim_stops_no_other_and_says_why(runtime, clock, served) -> None:
    one, _first = served()
    two, _second = served()
    with runtime.db.transaction() as session:
        session.query(PointsClaim).filter_by(person_id=one).update({"verified_by": one})

    settled(runtime, clock)

    assert points(runtime, clock, one) == (0, 0)
    assert points(runtime, clock, two) == (0, 2)
    with runtime.db.reading() as session:
        refused = select(PointsClaim.refused).order_by(PointsClaim.id)
        assert session.scalars(refused).all() == ["points.own_award", None]


def test_spending_and_reversing_never_change_minutes(runtime, clock, served) -> None:
    rider, record = served()
    settled(runtime, clock)
    settled(runtime, clock, days=1)

    with runtime.db.transaction() as session:
        spending.spend(session, rider, 1, "redemption:1", clock.now())
        award = session.scalars(select(PointsClaim.transaction_id)).one()
        reversing.reverse(session, award, "不实", clock.now())

    with runtime.db.transaction() as session:
        assert record_of(session, record).minutes == 120
        assert has(session, rider, clock.now()) == 0


def test_control_without_the_hook_no_hours_come_to_points(
    runtime, clock, served, monkeypatch
) -> None:
    monkeypatch.setattr(versions, "FINISHED", [])
    rider, _record = served()

    settled(runtime, clock, days=1)

    assert points(runtime, clock, rider) == (0, 0)
