"""The rig of the ledger in small: in this process, where tellers die by lot instead of by kills."""

import itertools
import random
from collections.abc import Iterator
from contextlib import closing

import pytest

from bench import hosts
from bench.district import opened
from bench.rigs import contests, dealings, deeds, ledger, shop, sums, tellers, unbalanced
from bench.rigs.bank import KNOBS, Bank
from bench.rigs.dealings import MIDNIGHT, MIXED, Dealing, Kind, Mix
from bench.rigs.outcome import Order
from bench.rigs.settlement import Settlement
from bench.rigs.tellers import Answer
from config.settings import load_settings
from server.riders.points import accounts, lots
from server.riders.rewards import collecting, stock
from server.runtime import Runtime
from tests.bench.mortals import Mortal

SMALL, FEW = 60, 24
LEAST = Mix(MIXED.shares, hot=4, spread=8, shelves=2, pieces=3)
GUARDS = (
    *((accounts, "move"), (lots, "of"), (lots, "take"), (stock, "move"), (stock, "lying")),
    *((stock, "_MOVE"), (collecting, "_find"), (collecting, "_COLLECT")),
)


@pytest.fixture
def runtime(database_url, monkeypatch) -> Iterator[Runtime]:
    for name, value in hosts.settings(database_url, **KNOBS).items():
        monkeypatch.setenv(name, value)
    with closing(Runtime.open(load_settings())) as runtime:
        yield runtime


@pytest.fixture
def bank(runtime, tmp_path):
    """Open a bank whose tellers die, or have a guard off."""

    def found(mix, guard: str = "") -> Bank:
        url = runtime.settings.database_url
        shop.open_for(url, mix)
        if guard:
            unbalanced.ALL[guard](runtime.db)
        numbers = itertools.count()

        def do(session, dealing, now) -> int:
            return deeds.do(session, dealing, now, tellers.means(runtime))

        def hired() -> Mortal:
            return Mortal(runtime, do, None if guard else random.Random(next(numbers)))

        return Bank(url, tmp_path, "bank", hired)

    return found


def test_dealings_brought_three_times_and_killed_amid_leave_true_books(bank) -> None:
    found = ledger.play(bank(LEAST), Order("here", SMALL, seed=20260309), LEAST)

    assert found.clean, str(found)
    assert found.facts["ambiguous"] > 0
    assert found.facts["on other terms"] > 0


def test_of_many_who_want_the_same_one_wins(bank) -> None:
    sizes = contests.Sizes(FEW)

    found = contests.fight(bank(sizes.mix), Order("here", FEW, 20260309), sizes)

    assert found.clean, str(found)


@pytest.mark.parametrize("guard", ledger.SHOWN_BY)
def test_control_each_guard_taken_off_is_found_out(bank, monkeypatch, guard) -> None:
    for where, name in GUARDS:
        monkeypatch.setattr(where, name, getattr(where, name))
    mix, figure = ledger.SHOWN_BY[guard]

    order = Order("here", FEW, seed=20260309, mutant=True)
    found = ledger.play(bank(mix, guard), order, mix)

    assert found.nought[figure] > 0, str(found)


@pytest.mark.once
def test_most_dealings_are_about_a_few_riders_and_each_rests_on_one_before() -> None:
    plan = dealings.planned(400, MIXED, random.Random(1))

    hot = sum(one.person <= MIXED.hot for one in plan)
    assert hot > len(plan) / 2
    assert {one.kind for one in plan} == set(Kind)
    assert all(one.of is None or one.of in plan[:at] for at, one in enumerate(plan))
    assert plan[0].at < MIDNIGHT < plan[-1].at
    brought = [name for _one, name in dealings.copies(plan, random.Random(1))]
    assert len(set(brought)) == len(brought) == 3 * len(plan)


def test_what_is_not_in_the_books_as_it_was_told_is_lost_or_a_phantom(bank, runtime) -> None:
    bank(LEAST)
    one, other = (Dealing(f"bench:{n}", Kind.EARN, n, MIDNIGHT) for n in (1, 2))
    said = tellers.answer(runtime, one, MIDNIGHT)
    told = {"bench:1#0": said, "bench:2#0": Answer(10**6), "bench:2#1": Answer(10**6 + 1)}

    found = Settlement(runtime.settings.database_url, [one, other], told, [Answer(1)]).nought

    assert (found["lost"], found["unequal answers"], found["other terms taken"]) == (2, 1, 1)
    assert Settlement(runtime.settings.database_url, [other], told, []).nought["phantom"] == 1


def test_a_sample_counts_whatever_is_untrue(bank, runtime) -> None:
    bank(LEAST)
    with runtime.db.reading() as session:
        assert not any(sums.sample(session).values())

    with opened(runtime.settings.database_url) as db, db.transaction() as session:
        session.execute(stock.RewardStock.__table__.update().values(free=stock.stock.free + 1))
        session.execute(accounts.PointsAccount.__table__.update().values(balance=7))

    with runtime.db.reading() as session:
        found = sums.sample(session)
    assert found["drift"] > 0
    assert found["stock"] > 0
