"""Many at one time: stock is neither oversold nor lost, a voucher ends once (R1, R2)."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import bindparam, select, text, update

from server.db import Crossed
from server.errors import Refusal
from server.riders.rewards import allowance, collecting, ending, moving, stocking
from server.riders.rewards.models import RewardMove, RewardStock, Voucher
from server.riders.rewards.refusals import (
    CollectedAlready,
    FewerThere,
    MonthLimit,
    OutOfStock,
)
from server.riders.rewards.stock import Shelf
from server.staff import reach as reaches
from tests.server.riders.acts import books, has
from tests.server.riders.rewards.acts import (
    CHOSEN,
    a_buyer,
    a_keeper,
    a_shelf,
    bring,
    code_of,
    flaws,
    hold,
    lying,
    states,
)
from tests.server.riders.stations.acts import a_station

BUYERS, STOCK = 200, 20
TIMES = 25


def refused(results, kind) -> int:
    return sum(isinstance(result, kind) for result in results)


def tried(db, act, tries: int = 3):
    """Do it as the doors do: again where two stood in each other's way."""
    for _ in range(tries):
        try:
            with db.transaction() as session:
                return act(session)
        except Refusal as refusal:
            return refusal
        except Crossed:
            continue
    raise AssertionError("crossed too often")


def test_of_two_hundred_buyers_twenty_get_what_twenty_are_there_for(db, clock, means) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf = a_shelf(session, now, pieces=STOCK)
        riders = [a_buyer(session, now, 10) for _ in range(BUYERS)]

    with ThreadPoolExecutor(8) as crowd:
        results = list(
            crowd.map(
                lambda rider: tried(db, lambda session: hold(session, rider, shelf, now, means)),
                riders,
            )
        )

    assert refused(results, OutOfStock) == BUYERS - STOCK
    with db.reading() as session:
        assert lying(session, shelf) == (0, STOCK)
        assert states(session) == {"reserved": STOCK}
        assert sum(has(session, rider, now) for rider in riders) == 10 * (BUYERS - STOCK)
        assert books(session) == (None, 0)
        assert flaws(session) == []


def test_the_last_piece_goes_to_one_of_many_at_one_moment(db, clock, means, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf = a_shelf(session, now, pieces=1)
        riders = [a_buyer(session, now, 10) for _ in range(8)]

    results = race([lambda session, r=r: hold(session, r, shelf, now, means) for r in riders])

    assert refused(results, OutOfStock) == 7
    with db.reading() as session:
        assert flaws(session) == []


def test_control_looking_first_and_writing_after_oversells(db, clock, means) -> None:
    """The same without the condition: all look, then each takes one."""
    now = clock.now()
    with db.transaction() as session:
        shelf = a_shelf(session, now, pieces=1)
        if not db.is_sqlite:
            name = "ck_reward_stock_never_below_nought"
            session.execute(text(f"ALTER TABLE reward_stock DROP CONSTRAINT {name}"))
    with db.reading() as session:
        looked = [lying(session, shelf)[0] >= 1 for _ in range(2)]

    for there in looked:
        with db.transaction() as session:
            if db.is_sqlite:
                session.execute(text("PRAGMA ignore_check_constraints = ON"))
            if there:
                session.execute(text("UPDATE reward_stock SET free = free - 1, held = held + 1"))

    with db.reading() as session:
        assert session.scalar(select(RewardStock.free)) == -1
        assert flaws(session) != []


def test_one_tap_that_comes_many_times_is_one_voucher(db, clock, means, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf, rider = a_shelf(session, now), a_buyer(session, now)

    results = race([lambda session: hold(session, rider, shelf, now, means, "tap")] * 8)

    assert len({result.id for result in results}) == 1
    with db.reading() as session:
        assert (has(session, rider, now), lying(session, shelf)) == (40, (19, 1))


def test_a_limit_is_neither_exceeded_nor_left_open(db, clock, means, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf, rider = a_shelf(session, now, month_limit=3), a_buyer(session, now)

    results = race([lambda session: hold(session, rider, shelf, now, means)] * 8)

    assert refused(results, MonthLimit) == 5
    with db.reading() as session:
        assert states(session) == {"reserved": 3}


def test_control_counting_first_and_writing_after_gives_more_than_one_may(
    db, clock, means, monkeypatch
) -> None:
    """The same without the condition: all have looked, then each is counted."""
    now = clock.now()
    with db.transaction() as session:
        shelf, rider = a_shelf(session, now, month_limit=1), a_buyer(session, now)
    monkeypatch.setattr(allowance, "take", lambda *_given: None)

    for _ in range(3):
        with db.transaction() as session:
            hold(session, rider, shelf, now, means)

    with db.reading() as session:
        assert states(session) == {"reserved": 3}


def test_of_two_who_scan_one_voucher_exactly_one_hands_over(db, clock, means, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf = a_shelf(session, now, pieces=TIMES)
        keepers = [a_keeper(session, now, shelf.station_id) for _ in range(2)]
        held = [hold(session, a_buyer(session, now, 10), shelf, now, means) for _ in range(TIMES)]

    for one in held:
        code = code_of(one)
        results = race(
            [
                lambda session, by=by, code=code: collecting.collect(session, by, code, now, means)
                for by in keepers
            ]
        )
        assert refused(results, CollectedAlready) == 1

    with db.reading() as session:
        assert states(session) == {"collected": TIMES}
        assert lying(session, shelf) == (0, 0)
        assert flaws(session) == []


def test_control_without_the_condition_two_hand_over_one_voucher(
    db, clock, means, monkeypatch
) -> None:
    """The same without the state in the write: both have looked, then each hands over."""
    now = clock.now()
    loose = (
        update(Voucher.__table__)
        .where(Voucher.__table__.c.id == bindparam("this"))
        .values(state="collected", ended_at=bindparam("now"), ended_by=bindparam("me"))
        .returning(Voucher.__table__.c.id)
    )
    monkeypatch.setattr(collecting, "_COLLECT", loose)
    with db.transaction() as session:
        shelf = a_shelf(session, now)
        keepers = [a_keeper(session, now, shelf.station_id) for _ in range(2)]
        held = [hold(session, a_buyer(session, now), shelf, now, means) for _ in range(2)]
        monkeypatch.setattr(collecting, "_find", lambda *_given: held[0])
        handed = [collecting.collect(session, by, code_of(held[0]), now, means) for by in keepers]

        assert [one.again for one in handed] == [False, False]
        assert flaws(session) != []


@pytest.mark.parametrize("rival", ["cancel", "expire", "move"])
def test_what_is_collected_and_ended_at_one_time_does_one_of_the_two(
    db, clock, means, race, rival
) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf = a_shelf(session, now)
        other = Shelf(shelf.reward_id, a_station(session, now, reaches.of_machine(session)).id)
        bring(session, other, 9, now)
        keeper = a_keeper(session, now, shelf.station_id)
        held = [hold(session, a_buyer(session, now, 10), shelf, now, means) for _ in range(9)]
    # a moment at which it is over for the job and not yet for the keeper's clock
    late = now + (held[0].expires_at - now)
    rivals = {
        "cancel": lambda session, one: ending.cancel(session, one.person_id, one.id, now),
        "expire": lambda session, one: ending.expire_due(session, late, CHOSEN),
        "move": lambda session, one: moving.move(
            session, one.person_id, one.id, other.station_id, now
        ),
    }

    for one in held:
        code = code_of(one)
        race(
            [
                lambda session, code=code: collecting.collect(session, keeper, code, now, means),
                lambda session, one=one: rivals[rival](session, one),
            ]
        )

    with db.reading() as session:
        assert flaws(session) == []
        assert books(session) == (None, 0)
        assert sum(states(session).values()) == 9


def test_of_many_who_give_back_one_voucher_it_is_paid_back_once(db, clock, means, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf, rider = a_shelf(session, now), a_buyer(session, now)
        held = hold(session, rider, shelf, now, means)

    race([lambda session: ending.cancel(session, rider, held.id, now)] * 6)

    with db.reading() as session:
        assert (has(session, rider, now), lying(session, shelf)) == (50, (20, 0))
        assert flaws(session) == []


def test_of_two_jobs_at_one_time_each_voucher_is_ended_once(db, clock, means, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf = a_shelf(session, now)
        for _ in range(5):
            hold(session, a_buyer(session, now), shelf, now, means)
    late = clock.advance(days=8)

    results = race([lambda session: ending.expire_due(session, late, CHOSEN)] * 3)

    assert sum(results) == 5
    with db.reading() as session:
        assert flaws(session) == []
        assert lying(session, shelf) == (20, 0)


def test_what_is_counted_away_and_held_at_one_time_is_never_both(db, clock, means, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        shelf, machine = a_shelf(session, now, pieces=4), reaches.of_machine(session)
        riders = [a_buyer(session, now, 10) for _ in range(4)]

    results = race(
        [
            *(lambda session, r=r: hold(session, r, shelf, now, means) for r in riders),
            lambda session: stocking.correct(session, machine, shelf, -3, "盘点", now),
        ]
    )

    with db.reading() as session:
        free, held = lying(session, shelf)
        assert free >= 0
        assert held == 4 - refused(results, OutOfStock)
        assert refused(results, FewerThere) <= 1
        assert flaws(session) == []


def test_the_books_of_a_mixed_rush_are_true(db, clock, means) -> None:
    """Riders hold, give back and collect at three shelves, four at a time, each deed twice."""
    now, number = clock.now(), count()
    with db.transaction() as session:
        shelves = [a_shelf(session, now, pieces=6, points=5) for _ in range(3)]
        keepers = [a_keeper(session, now, shelf.station_id) for shelf in shelves]
        riders = [a_buyer(session, now, 40) for _ in range(6)]

    def act(one: int) -> str:
        rider, shelf = riders[one % 6], shelves[one % 3]

        def deed(session) -> str:
            held = hold(session, rider, shelf, now, means, f"deed:{one}")
            if one % 4 == 1:
                ending.cancel(session, rider, held.id, now)
            elif one % 4 == 2 and held.is_waiting:
                collecting.collect(session, keepers[one % 3], code_of(held), now, means)
            return ""

        result = tried(db, deed)
        next(number)
        return result.code if isinstance(result, Refusal) else ""

    with ThreadPoolExecutor(4) as crowd:
        codes = set(crowd.map(act, [one for one in range(60) for _ in range(2)]))

    with db.reading() as session:
        assert codes <= {"", "rewards.out_of_stock", "points.too_few"}
        assert flaws(session) == []
        assert books(session) == (None, 0)
        moves = select(RewardMove.free_after).where(RewardMove.free_after < 0)
        assert session.scalars(moves).all() == []
