"""Holding a reward: paid, counted, kept under a code, all of it or nothing (R1, R2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.people.models import Channel
from server.riders import registration
from server.riders.models import PointsTransaction, Sector
from server.riders.points.refusals import TooFewPoints
from server.riders.registration import NoRider, Told
from server.riders.rewards import codes, editing, holding, offers, vouchers
from server.riders.rewards.editing import Terms
from server.riders.rewards.holding import Wish
from server.riders.rewards.models import Voucher, VoucherCode, VoucherState
from server.riders.rewards.refusals import (
    EverLimit,
    MonthLimit,
    NotVerified,
    OtherRedemption,
    OutOfStock,
    RewardMissing,
    StationAside,
    VoucherMissing,
)
from server.riders.rewards.stock import Shelf
from server.riders.stations import keeping
from server.riders.stations.refusals import StationMissing
from server.staff import reach as reaches
from tests.factories import a_person
from tests.server.riders.acts import a_rider, books, has, rich
from tests.server.riders.rewards.acts import (
    VAULT,
    a_buyer,
    a_reward,
    a_shelf,
    code_of,
    flaws,
    hold,
    lying,
)
from tests.server.riders.stations.acts import a_station

TOMORROW = timedelta(days=1)


def test_a_reward_is_paid_and_kept_under_a_code(session, now, means) -> None:
    shelf, rider = a_shelf(session, now, pieces=3), a_buyer(session, now)

    held = hold(session, rider, shelf, now, means)

    assert (held.name, held.points, held.state) == ("手套", 10, VoucherState.RESERVED)
    assert held.expires_at == now + timedelta(days=7)
    assert codes.read(code_of(held)) == code_of(held)
    assert (has(session, rider, now), lying(session, shelf)) == (40, (2, 1))
    assert flaws(session) == []


def test_the_same_wish_is_the_same_voucher(session, now, means) -> None:
    shelf, rider = a_shelf(session, now), a_buyer(session, now)

    found = {hold(session, rider, shelf, now, means, "tap").id for _ in range(3)}

    assert len(found) == 1
    assert (has(session, rider, now), lying(session, shelf)) == (40, (19, 1))


def test_under_the_key_of_one_wish_another_is_refused(session, now, means) -> None:
    shelf, rider = a_shelf(session, now), a_buyer(session, now)
    hold(session, rider, shelf, now, means, "tap")

    with pytest.raises(OtherRedemption):
        hold(session, rider, a_shelf(session, now), now, means, "tap")


def test_the_code_stands_nowhere_in_clear(session, now, means) -> None:
    held = hold(session, a_buyer(session, now), a_shelf(session, now), now, means)

    row = session.scalars(select(VoucherCode)).one()

    assert row.mark == VAULT.mark(code_of(held), codes.PURPOSE)
    assert code_of(held).encode() not in row.sealed
    assert code_of(held) not in row.mark


def test_whoever_is_no_verified_rider_hears_what_is_next(session, now, means) -> None:
    shelf = a_shelf(session, now)
    asked, left, nobody = a_rider(session, now), a_buyer(session, now), a_person(session, now)
    rich(session, asked, now, 50)
    registration.leave(session, left, now)

    for person, refusal in ((asked, NotVerified), (left, NoRider), (nobody, NoRider)):
        with pytest.raises(refusal):
            hold(session, person, shelf, now, means)


def test_too_few_points_tell_how_many_are_missing(session, now, means) -> None:
    shelf, rider = a_shelf(session, now, points=30), a_buyer(session, now, 25)

    with pytest.raises(TooFewPoints) as refused:
        hold(session, rider, shelf, now, means)

    assert refused.value.facts == {"balance": 25, "needed": 30, "missing": 5}


def test_a_refusal_undoes_all_of_it(db, clock, means) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf, rider = a_shelf(session, now, pieces=1), a_buyer(session, now)
        poor = a_buyer(session, now, 5)
        before = session.scalar(select(func.count()).select_from(PointsTransaction))

    with pytest.raises(TooFewPoints), db.transaction() as session:
        hold(session, poor, shelf, now, means)

    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PointsTransaction)) == before
        assert session.scalars(select(Voucher)).all() == []
        hold(session, rider, shelf, now, means)
    with db.reading() as session:
        assert books(session) == (None, 0)
        assert flaws(session) == []


def test_nothing_is_held_where_nothing_lies(session, now, means) -> None:
    shelf, rider = a_shelf(session, now, pieces=1), a_buyer(session, now)
    hold(session, a_buyer(session, now), shelf, now, means)
    bare = a_station(session, now, reaches.of_machine(session))

    with pytest.raises(OutOfStock):
        hold(session, rider, shelf, now, means)
    with pytest.raises(OutOfStock):
        hold(session, rider, Shelf(shelf.reward_id, bare.id), now, means)
    with pytest.raises(StationMissing):
        hold(session, rider, Shelf(shelf.reward_id, 10**9), now, means)


def test_a_station_that_is_closed_for_a_while_keeps_nothing_for_anybody(
    session, now, means
) -> None:
    shelf, rider = a_shelf(session, now), a_buyer(session, now)
    keeping.close(session, reaches.of_machine(session), shelf.station_id, "停水", None, now)

    with pytest.raises(StationAside):
        hold(session, rider, shelf, now, means)


@pytest.mark.parametrize(
    "facts", [{"since": TOMORROW}, {"since": -3 * TOMORROW, "until": -TOMORROW}]
)
def test_a_reward_is_given_out_on_its_days_alone(session, now, means, facts) -> None:
    days = {name: (now + moved).date() for name, moved in facts.items()}
    shelf, rider = a_shelf(session, now, **days), a_buyer(session, now)

    with pytest.raises(RewardMissing):
        hold(session, rider, shelf, now, means)


def test_what_is_switched_off_is_not_given_out(session, now, means) -> None:
    shelf, rider = a_shelf(session, now), a_buyer(session, now)
    editing.switch(session, reaches.of_machine(session), shelf.reward_id, False, now)

    with pytest.raises(RewardMissing):
        hold(session, rider, shelf, now, means)
    with pytest.raises(RewardMissing):
        hold(session, rider, Shelf(10**9, shelf.station_id), now, means)
    assert offers.browse(session, now) == []


def test_one_may_have_so_many_a_month_and_so_many_ever(session, clock, means) -> None:
    now = clock.now()
    shelf = a_shelf(session, now, month_limit=2, ever_limit=3, points=5)
    rider = a_buyer(session, now)

    for _ in range(2):
        hold(session, rider, shelf, now, means)
    with pytest.raises(MonthLimit) as refused:
        hold(session, rider, shelf, now, means)
    later = clock.advance(days=31)
    hold(session, rider, shelf, later, means)
    with pytest.raises(EverLimit):
        hold(session, rider, shelf, later, means)

    assert refused.value.facts == {"name": "手套", "limit": 2}


def test_a_month_begins_at_midnight_in_shanghai(session, clock, means) -> None:
    eve = clock.now().replace(day=31, hour=15, minute=59)  # 23:59 on the 31st
    shelf, rider = a_shelf(session, eve, month_limit=1), a_buyer(session, eve)
    hold(session, rider, shelf, eve, means)

    with pytest.raises(MonthLimit):
        hold(session, rider, shelf, eve, means)
    assert hold(session, rider, shelf, eve + timedelta(minutes=1), means)


def test_the_price_is_that_of_the_moment_of_holding(session, now, means) -> None:
    shelf, rider = a_shelf(session, now), a_buyer(session, now)
    first = hold(session, rider, shelf, now, means)
    dearer = Terms("手套", 20, now.date())
    editing.edit(session, reaches.of_machine(session), shelf.reward_id, dearer, now, seen=1)

    second = hold(session, rider, shelf, now, means)

    assert (first.points, second.points) == (10, 20)
    assert vouchers.of(session, rider, first.id).points == 10
    assert has(session, rider, now) == 20


def test_a_voucher_of_somebody_else_is_none(session, now, means) -> None:
    held = hold(session, a_buyer(session, now), a_shelf(session, now), now, means)

    with pytest.raises(VoucherMissing):
        vouchers.of(session, a_buyer(session, now), held.id)


def test_holding_costs_the_same_however_much_there_is(session, now, means, statements) -> None:
    shelf, rider = a_shelf(session, now), a_buyer(session, now)
    with statements() as few:
        hold(session, rider, shelf, now, means)
    for _ in range(5):
        a_shelf(session, now)
        hold(session, a_buyer(session, now), shelf, now, means)

    with statements() as many:
        hold(session, rider, shelf, now, means)

    assert len(many) == len(few) <= 30


def test_who_registers_anew_redeems_once_verified_again(session, now, means) -> None:
    shelf, rider = a_shelf(session, now), a_buyer(session, now)
    registration.leave(session, rider, now)
    told = Told(Sector.FOOD, "140106")
    registration.register(session, rider, told, Channel.CHAT, now)

    with pytest.raises(NotVerified):
        hold(session, rider, shelf, now, means)


def test_a_key_is_cut_where_it_is_too_long(session, now, means) -> None:
    wish = Wish(*a_shelf(session, now), key="k" * 300)
    rider = a_buyer(session, now)

    held = holding.hold(session, rider, wish, now, means)

    assert holding.hold(session, rider, replace(wish, key="k" * 40), now, means).id == held.id


def test_what_is_given_out_tells_what_is_free_where(session, now, means) -> None:
    shelf = a_shelf(session, now, pieces=3)
    other = a_station(session, now, reaches.of_machine(session))
    cheap = a_reward(session, now, name="肥皂", points=5)

    [first, second] = offers.browse(session, now)
    [there] = offers.browse(session, now, [shelf.station_id])[1:]

    assert (first.offer.reward_id, first.free, first.stations) == (cheap, 0, 0)
    assert (second.offer.name, second.free, second.stations) == ("手套", 3, 1)
    assert there.free == 3
    assert [one.free for one in offers.browse(session, now, [other.id])] == [0, 0]
