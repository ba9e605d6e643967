"""What is not collected comes back: by its owner's wish or by time, once, into the lots it left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from server.notices import snoozing
from server.notices.models import Notice, NoticeState
from server.people import joining
from server.riders.models import PointsAccount, PointsLot
from server.riders.points import expiring, spending
from server.riders.rewards import collecting, ending, reminding, vouchers
from server.riders.rewards.models import VoucherState
from server.riders.rewards.refusals import CollectedAlready, VoucherMissing
from server.riders.stations import keeping
from server.staff import reach as reaches
from tests.server.riders.acts import books, has, rich
from tests.server.riders.rewards.acts import (
    CHOSEN,
    a_buyer,
    a_keeper,
    a_shelf,
    code_of,
    flaws,
    hold,
    lying,
    states,
)

WEEK = timedelta(days=7)


@pytest.fixture
def shelf(session, now):
    return a_shelf(session, now)


@pytest.fixture
def rider(session, now) -> int:
    return a_buyer(session, now)


@pytest.fixture
def held(session, now, means, shelf, rider):
    return hold(session, rider, shelf, now, means)


def told(session, kind: str) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.kind == kind)))


def lots(session, rider: int) -> dict[date, int]:
    found = select(PointsLot.last_day, PointsLot.remains).join(
        PointsAccount, PointsAccount.id == PointsLot.account_id
    )
    rows = session.execute(found.where(PointsAccount.person_id == rider, PointsLot.remains > 0))
    return {row.last_day: row.remains for row in rows}


def test_its_owner_gives_it_back_once(db, clock, means) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf, rider = a_shelf(session, now), a_buyer(session, now)
        held = hold(session, rider, shelf, now, means)

    with db.transaction() as session:
        found = [ending.cancel(session, rider, held.id, now) for _ in range(3)]

    assert {one.state for one in found} == {VoucherState.CANCELLED}
    with db.reading() as session:
        assert (has(session, rider, now), lying(session, shelf)) == (50, (20, 0))
        assert books(session) == (None, 0)
        assert flaws(session) == []


def test_nobody_gives_back_what_is_not_theirs(session, now, means, held) -> None:
    with pytest.raises(VoucherMissing):
        ending.cancel(session, a_buyer(session, now), held.id, now)
    assert states(session) == {"reserved": 1}


def test_what_was_handed_over_is_not_given_back(session, now, means, shelf, rider, held) -> None:
    keeper = a_keeper(session, now, shelf.station_id)
    collecting.collect(session, keeper, code_of(held), now, means)

    with pytest.raises(CollectedAlready) as refused:
        ending.cancel(session, rider, held.id, now)

    assert refused.value.facts["at"] == now
    assert has(session, rider, now) == 40


def test_after_a_week_it_ends_by_itself_and_its_owner_is_told(
    session, clock, means, shelf, rider, held
) -> None:
    early = ending.expire_due(session, clock.advance(days=7, seconds=-1), CHOSEN)
    late = clock.advance(seconds=1)
    found = [ending.expire_due(session, late, CHOSEN) for _ in range(3)]

    assert (early, found) == (0, [1, 0, 0])
    assert states(session) == {"expired": 1}
    assert (has(session, rider, late), lying(session, shelf)) == (50, (20, 0))
    [news] = told(session, "rewards.expired")
    assert (news.person_id, news.facts["points"]) == (rider, "10")
    assert ending.cancel(session, rider, held.id, late).state is VoucherState.EXPIRED
    assert flaws(session) == []


def test_so_many_end_at_a_time(session, clock, means, shelf) -> None:
    for _ in range(3):
        hold(session, a_buyer(session, clock.now()), shelf, clock.now(), means)
    late = clock.advance(days=8)

    assert [ending.expire_due(session, late, CHOSEN, most=2) for _ in range(3)] == [2, 1, 0]
    assert flaws(session) == []


def test_points_come_back_into_the_lots_they_left(session, clock, means, shelf) -> None:
    rider = a_buyer(session, clock.now(), 5)
    new_year = clock.set(datetime(2027, 1, 3, 1, tzinfo=UTC)) or clock.now()
    rich(session, rider, new_year, 10)
    before = lots(session, rider)
    held = hold(session, rider, shelf, new_year, means)

    ending.cancel(session, rider, held.id, new_year)

    assert before == {date(2027, 12, 31): 5, date(2028, 12, 31): 10}
    assert lots(session, rider) == before


def test_points_that_ran_out_meanwhile_are_good_for_thirty_days_more(
    session, clock, means, shelf
) -> None:
    rider = a_buyer(session, clock.now(), 10)
    clock.set(datetime(2027, 12, 30, 1, tzinfo=UTC))
    held = hold(session, rider, shelf, clock.now(), means)
    late = clock.advance(days=8)
    expiring.expire(session, late)

    ending.expire_due(session, late, CHOSEN)

    assert held.state is VoucherState.RESERVED
    assert lots(session, rider) == {date(2028, 2, 6): 10}


def test_what_comes_back_counts_for_no_limit(session, now, means) -> None:
    shelf, rider = a_shelf(session, now, month_limit=1, ever_limit=1), a_buyer(session, now)

    for _ in range(3):
        held = hold(session, rider, shelf, now, means)
        ending.cancel(session, rider, held.id, now)

    assert hold(session, rider, shelf, now, means)


def test_a_station_that_is_closed_for_a_while_puts_it_off_once(
    session, clock, means, shelf, rider, held
) -> None:
    keeping.close(session, reaches.of_machine(session), shelf.station_id, "装修", None, clock.now())
    late = clock.advance(days=7)
    found = [ending.expire_due(session, late, CHOSEN) for _ in range(2)]
    shown = vouchers.of(session, rider, held.id)

    assert found == [1, 0]
    assert (shown.state, shown.expires_at) == (VoucherState.RESERVED, late + WEEK)
    [news] = told(session, "rewards.put_off")
    assert news.person_id == rider
    [reminder] = told(session, reminding.KIND)
    assert reminder.due_at == late + WEEK - timedelta(days=2)

    assert ending.expire_due(session, clock.advance(days=7), CHOSEN) == 1
    assert states(session) == {"expired": 1}
    assert flaws(session) == []


def test_its_owner_is_reminded_once_two_days_before(session, now, means, held, rider) -> None:
    [reminder] = told(session, reminding.KIND)

    assert reminder.due_at == held.expires_at - timedelta(days=2)
    assert (reminder.person_id, reminder.not_after) == (rider, held.expires_at)
    about = snoozing.STILL["voucher"](session, rider, str(held.id))
    assert about is not None
    assert about.at == held.expires_at


@pytest.mark.parametrize("end", ["cancel", "collect"])
def test_who_has_it_or_does_not_want_it_is_not_reminded(
    session, now, means, shelf, rider, held, end
) -> None:
    if end == "cancel":
        ending.cancel(session, rider, held.id, now)
    else:
        keeper = a_keeper(session, now, shelf.station_id)
        collecting.collect(session, keeper, code_of(held), now, means)

    [reminder] = told(session, reminding.KIND)
    assert reminder.state is NoticeState.DROPPED
    assert snoozing.STILL["voucher"](session, rider, str(held.id)) is None


def test_what_comes_back_comes_to_whom_one_has_proved_to_be(
    session, now, means, shelf, held, rider
) -> None:
    other = a_buyer(session, now, 5)
    keep = joining.join(session, other, rider, now)

    ending.cancel(session, keep, held.id, now)

    assert has(session, keep, now) == 55
    assert flaws(session) == []


def test_control_paid_back_into_the_account_that_paid_it_would_be_lost(
    session, now, means, shelf, held, rider, monkeypatch
) -> None:
    younger = a_buyer(session, now, 5)
    mine = hold(session, younger, a_shelf(session, now, points=5), now, means)
    keep = joining.join(session, rider, younger, now)
    monkeypatch.setattr(spending.accounts, "heir", lambda _session, account_id: account_id)

    ending.cancel(session, keep, mine.id, now)

    assert has(session, keep, now) == 40


def test_how_many_wait_and_are_past_their_day_is_counted(session, clock, means, held) -> None:
    assert ending.standing(session, clock.now()) == (1, 0)
    assert ending.standing(session, clock.advance(days=8)) == (1, 1)
