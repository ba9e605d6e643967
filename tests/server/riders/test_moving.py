"""Two persons who prove to be one keep every point once; of who is forgotten a number stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.people import erasing, joining
from server.people.models import Channel
from server.riders import registration
from server.riders.models import PointsAccount, PointsClaim, Rider, RiderState
from server.riders.points import accounts, maturing, reading, reversing, spending
from server.riders.points.refusals import DayCapReached, NoAccount
from tests.factories import a_person
from tests.server.riders.acts import a_rider, books, earn, has


def joined(runtime, clock, *, both: bool = True) -> tuple[int, int, int]:
    """Join somebody with another who has five points, one on its way, and a full day."""
    with runtime.db.transaction() as session:
        now = clock.now()
        keep = a_rider(session, now) if both else a_person(session, now)
        gone = a_rider(session, now)
        if both:
            earn(session, keep, now, "mine", code="SUGGEST_ADOPTED")
        award = earn(session, gone, now, "theirs", code="SUGGEST_ADOPTED").transaction_id
        earn(session, gone, now, "hour", code="VOL_HOUR", units=1)
        for number in range(4):
            earn(session, gone, now, f"report:{number}")
        assert joining.join(session, keep, gone, now) == keep
    return keep, gone, award


@pytest.mark.parametrize(("both", "points"), [(True, 14), (False, 9)])
def test_every_point_is_kept_once(runtime, clock, both, points) -> None:
    keep, gone, _award = joined(runtime, clock, both=both)
    tomorrow = clock.advance(days=1)

    with runtime.db.transaction() as session:
        assert reading.balance(session, keep, tomorrow)[:2] == (points, 1)
        assert maturing.mature(session, tomorrow) == 1
        with pytest.raises(NoAccount):
            reading.balance(session, gone, tomorrow)

    with runtime.db.reading() as session:
        assert has(session, keep, tomorrow) == points + 1
        assert books(session) == (None, 0)


def test_caps_count_both(runtime, clock) -> None:
    keep, _gone, _award = joined(runtime, clock)

    with runtime.db.transaction() as session:
        assert earn(session, keep, clock.now(), "report:5").points == 1
    with pytest.raises(DayCapReached), runtime.db.transaction() as session:
        earn(session, keep, clock.now(), "report:6")


def test_what_was_given_to_the_one_is_taken_back_from_both(runtime, clock) -> None:
    keep, _gone, award = joined(runtime, clock)

    with runtime.db.transaction() as session:
        done = reversing.reverse(session, award, "不实", clock.now())

    assert (done.taken, done.shortfall) == (5, 0)
    with runtime.db.reading() as session:
        assert has(session, keep, clock.now()) == 9
        assert books(session) == (None, 0)


def test_a_pause_goes_along(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        now = clock.now()
        keep, gone = a_rider(session, now), a_rider(session, now)
        accounts.freeze(session, accounts.find(session, gone), now + timedelta(days=9))
        joining.join(session, keep, gone, now)
        assert reading.balance(session, keep, now).frozen_until == now + timedelta(days=9)


@pytest.mark.parametrize("left", [0, 1])
def test_the_registration_that_stands_stays(runtime, clock, left) -> None:
    with runtime.db.transaction() as session:
        pair = a_rider(session, clock.now()), a_rider(session, clock.now())
        registration.leave(session, pair[left], clock.now())
        keep = joining.join(session, *pair, clock.now())
        session.expire_all()

        [rider] = session.scalars(select(Rider)).all()
        assert (rider.person_id, rider.state) == (keep, RiderState.ASKED)


def erase(runtime, person: int) -> None:
    with runtime.db.transaction() as session:
        erasing.erase(session, person, runtime.now(), channel=Channel.CHAT, vault=runtime.vault)


def test_of_who_is_forgotten_a_number_stays_and_the_books_are_true(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        now = clock.now()
        rider = a_rider(session, now)
        earn(session, rider, now, code="SUGGEST_ADOPTED")
        earn(session, rider, now, "hour", code="VOL_HOUR", units=2)
        spending.spend(session, rider, 2, "redemption:1", now)

    erase(runtime, rider)

    with runtime.db.reading() as session:
        assert session.scalars(select(Rider)).all() == []
        assert session.scalars(select(PointsClaim)).all() == []
        own = select(PointsAccount.balance).where(PointsAccount.person_id == rider)
        assert session.scalars(own).all() == [0, 0]
        assert books(session) == (None, 0)


def test_control_without_the_step_points_of_nobody_would_stay(runtime, clock, monkeypatch) -> None:
    with runtime.db.transaction() as session:
        rider = a_rider(session, clock.now())
        earn(session, rider, clock.now())
    monkeypatch.setattr(
        erasing, "FOLLOWERS", [f for f in erasing.FOLLOWERS if "riders" not in f.__module__]
    )

    erase(runtime, rider)

    with runtime.db.reading() as session:
        assert has(session, rider, clock.now()) == 1
