"""Points run out at the end of the next year, the oldest first, and never unannounced."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from server.jobs import run_once
from server.notices.models import Notice
from server.people import joining
from server.riders.models import PointsLot
from server.riders.points import expiring, lots, spending
from server.riders.points.refusals import TooFewPoints
from tests.server.riders.acts import a_rider, books, earn, has, lines

LAST = datetime(2027, 12, 31, 15, 59, 59, tzinfo=UTC)
OVER = datetime(2027, 12, 31, 16, tzinfo=UTC)


@pytest.fixture
def two_years(session, now) -> int:
    """Somebody with five points of this year and five of the next."""
    rider = a_rider(session, now)
    for number, at in enumerate((now, now.replace(year=2027))):
        earn(session, rider, at, f"suggestion:{number}", code="SUGGEST_ADOPTED")
    return rider


def test_they_are_good_to_the_last_second_of_the_year_in_shanghai(session, now, two_years) -> None:
    assert has(session, two_years, LAST) == 10
    assert has(session, two_years, OVER) == 5


def test_what_runs_out_first_is_spent_first(session, now, two_years) -> None:
    spending.spend(session, two_years, 7, "redemption:1", LAST)

    left = select(PointsLot.last_day, PointsLot.remains).order_by(PointsLot.last_day)
    assert [tuple(row) for row in session.execute(left)] == [
        (date(2027, 12, 31), 0),
        (date(2028, 12, 31), 3),
    ]


def test_control_spent_in_another_order_more_would_run_out(session, now, two_years) -> None:
    account = session.scalar(select(PointsLot.account_id).limit(1))
    there = lots.of(session, account, LAST.date())

    turned = lots.share(dict(reversed(there.items())), 7)

    assert turned == {date(2028, 12, 31): 5, date(2027, 12, 31): 2}
    assert lots.share(there, 7) == {date(2027, 12, 31): 5, date(2028, 12, 31): 2}
    assert lots.share(there, 11) is None


def test_what_is_over_is_not_spent_though_the_job_has_not_run(session, now, two_years) -> None:
    with pytest.raises(TooFewPoints) as refused:
        spending.spend(session, two_years, 6, "redemption:1", OVER)

    assert refused.value.facts["balance"] == 5


def test_the_job_ends_what_is_over_once(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        rider = a_rider(session, clock.now())
        earn(session, rider, clock.now(), code="SUGGEST_ADOPTED")
    clock.advance(days=(OVER - clock.now()).days + 1)

    for _twice in range(2):
        run_once(runtime, "expire-points", clock.now())

    with runtime.db.reading() as session:
        assert lines(session, rider) == [(1, 5, 5), (2, -5, 0)]
        assert books(session) == (None, 0)


def test_what_somebody_who_proves_to_be_one_brings_along_too_late_ends_as_well(db, now) -> None:
    with db.transaction() as session:
        keep, gone = (a_rider(session, now) for _ in range(2))
        for rider in (keep, gone):
            earn(session, rider, now, f"suggestion:{rider}", code="SUGGEST_ADOPTED")
        assert expiring.expire(session, OVER, most=1) == 1

    with db.transaction() as session:
        joining.join(session, keep, gone, OVER)
        assert expiring.expire(session, OVER) == 1

    with db.reading() as session:
        assert books(session) == (None, 0)
        assert [delta for _number, delta, _balance in lines(session, keep)] == [5, -5, 5, -5]


def test_nothing_ends_before_its_time(session, now, two_years) -> None:
    assert expiring.expire(session, LAST) == 0
    assert expiring.expire(session, OVER) == 1


def told(session) -> list[str]:
    found = select(Notice.key).where(Notice.kind == "points.expiring").order_by(Notice.id)
    return [key.split(":")[2] for key in session.scalars(found)]


def test_it_is_announced_sixty_thirty_and_seven_days_before_once_each(session, two_years) -> None:
    day, said = LAST - timedelta(days=65), []
    while day < LAST + timedelta(days=3):
        if expiring.announce(session, day):
            said.append((LAST - day).days)
        day += timedelta(days=1)

    assert said == [60, 30, 7]
    assert told(session) == ["60", "30", "7"]
    news = session.scalars(select(Notice).where(Notice.kind == "points.expiring")).first()
    assert (news.facts["points"], news.facts["until"]) == ("5", "12月31日（周五）23:59")


def test_a_day_on_which_nothing_ran_is_made_good(session, two_years) -> None:
    for before in (58, 20, 3):
        assert expiring.announce(session, LAST - timedelta(days=before)) == 1

    assert told(session) == ["60", "30", "7"]


def test_who_has_spent_it_is_told_nothing(session, two_years) -> None:
    spending.spend(session, two_years, 5, "redemption:1", LAST - timedelta(days=80))

    assert expiring.announce(session, LAST - timedelta(days=7)) == 0


def test_control_points_good_for_longer_are_not_announced(session, two_years) -> None:
    session.execute(
        update(PointsLot)
        .values(last_day=date(2030, 12, 31))
        .where(PointsLot.last_day == date(2027, 12, 31))
    )

    assert expiring.announce(session, LAST - timedelta(days=7)) == 0
