"""The rig of branches in small: in this process, where couriers die by lot instead of by kills."""

import itertools
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime

import pytest

from bench import hosts
from bench.branches import KEY
from bench.rigs import (
    branches,
    cells,
    counted,
    edges,
    errands,
    handovers,
    lax,
    quarterly,
    reminded,
    rivals,
)
from bench.rigs.bank import Bank
from bench.rigs.outcome import Order
from config.settings import load_settings
from server.party import access, contacts, reminders
from server.party.needs import needs
from server.party.reports import decisions, handing, windows
from server.party.reviews import steps
from server.runtime import Runtime
from tests.bench.mortals import Died, Mortal
from tests.server.party.edges import ALL

MEMBERS, FEW, SEED = 4, 12, 20260309
GUARDED = (
    *((handing, "begun"), (handing, "add"), (handing, "_known"), (access, "note")),
    *((windows, "_midnight"), (decisions, "_free"), (steps, "may_be_final"), (needs, "solve")),
    *((contacts, "name"), (contacts, "hand_over")),
    *((reminders, name) for name in ("MOST", "PIECE", "remind", "owed")),
)
QUARTERS = ALL[7:9]
"""The last of a year, and the first of the next."""


@pytest.fixture(autouse=True)
def guards(monkeypatch) -> None:
    """Put every guard back that a control takes off."""
    for where, name in GUARDED:
        monkeypatch.setattr(where, name, getattr(where, name))


@pytest.fixture
def runtime(database_url, monkeypatch) -> Iterator[Runtime]:
    for name, value in hosts.settings(database_url, PARTY_KEY=KEY).items():
        monkeypatch.setenv(name, value)
    with closing(Runtime.open(load_settings())) as runtime:
        yield runtime


@pytest.fixture
def play(runtime, tmp_path):
    """Play a part of the rig with couriers who die, or with a guard off and nobody dying."""

    def played(part, guard: str = "", members: int = MEMBERS):
        cell = cells.fill(runtime.settings.database_url, members)
        if guard:
            lax.ALL[guard](runtime.db)
        numbers = itertools.count()

        def hired() -> Mortal:
            chance = None if guard else random.Random(next(numbers))
            return Mortal(runtime, lambda s, one, _now: errands.do(s, one, runtime), chance)

        here = Bank(runtime.settings.database_url, tmp_path, "branch", hired)
        return part(here, cell, Order("here", members, SEED, mutant=bool(guard)))

    return played


@pytest.fixture
def abroad(monkeypatch) -> Iterator[None]:
    """Let this host stand in New York."""
    monkeypatch.setenv("TZ", cells.ZONES[-1])
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@dataclass
class Threads:
    """Schedulers in this process: of two who do the same pieces one dies amid its work."""

    runtime: Runtime
    chance: random.Random

    def disturbed(self, now: datetime, _slot: int) -> int:
        at = self.chance.randrange(1, FEW // reminded.PIECE + 2)
        with ThreadPoolExecutor(2) as pool:
            for job in [pool.submit(self._pieces, now, each) for each in (0, at)]:
                with suppress(Died):
                    job.result()
        return 1

    def whole(self, now: datetime, _slot: int) -> None:
        self._pieces(now)

    def _pieces(self, now: datetime, last: int = 0) -> None:
        """Remind piece by piece, and die in the one of this number."""
        after: int | None = 0
        for number in itertools.count(1):
            with self.runtime.db.transaction() as session:
                after = reminders.remind(session, now, after, **reminded.KEYS)
                if number == last:
                    raise Died
            if after is None:
                return


def few_edges(here, _cell, _order):
    return edges.play(here, 1, QUARTERS)


PARTS = {branches._edges: (few_edges, edges.FILES), handovers.play: (handovers.play, 12)}
"""What is played in another size, and with how many members."""


@pytest.mark.parametrize("part", [quarterly.play, rivals.play, handovers.play])
def test_brought_at_once_and_killed_amid_everything_is_done_once(play, part) -> None:
    facts, nought = play(part)

    assert not any(nought.values()), nought
    assert all(many for name, many in facts.items() if "kills" not in name), facts


def test_at_every_edge_a_report_counts_for_its_quarter_wherever_the_host_stands(
    play, abroad
) -> None:
    facts, nought = play(few_edges, members=edges.FILES)

    assert facts["moments beside an edge"] == 2 * edges.FILES
    assert not any(nought.values()), nought


@pytest.mark.parametrize("guard", branches.SHOWN_BY)
def test_control_each_guard_taken_off_is_found_out(play, abroad, guard) -> None:
    part, figure = branches.SHOWN_BY[guard]

    small, members = PARTS.get(part, (part, MEMBERS))
    _facts, nought = play(small, guard, members)

    assert nought[figure] > 0, nought


def remind(runtime):
    cells.fill(runtime.settings.database_url, FEW)
    chance = random.Random(SEED)
    threads = Threads(runtime, chance)
    return reminded.play(runtime.settings.database_url, threads, 2, chance)


def test_schedulers_doubled_killed_and_away_remind_twice_and_never_more(runtime) -> None:
    reminded.small_pieces()

    facts, nought = remind(runtime)

    assert not any(nought.values()), nought
    assert facts["handed in between"] > 0
    assert facts["reminders"] > FEW


@pytest.mark.parametrize("off", reminded.SHOWN_BY)
def test_control_each_guard_of_reminders_taken_off_is_found_out(runtime, off) -> None:
    off()

    _facts, nought = remind(runtime)

    assert nought[reminded.SHOWN_BY[off]] > 0, nought


@pytest.mark.parametrize("apart", [False, True])
def test_totals_are_the_sum_over_the_tree_and_of_two_snapshots_they_are_not(
    database_url, monkeypatch, apart
) -> None:
    monkeypatch.setattr(counted, "MEMBERS", 60)
    monkeypatch.setattr(counted, "BRANCHES", 8)

    facts, nought = counted.play(database_url, Order("here", 2, SEED, mutant=apart), 2)

    assert facts["moves meanwhile"] > 0
    assert any(nought.values()) is apart, nought
