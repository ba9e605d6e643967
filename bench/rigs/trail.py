"""Staff act at the same time by two doors, processes are killed, and the trail is forged after."""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import reduce
from pathlib import Path
from typing import Any

from bench.district import Plan
from bench.places import Place
from bench.rigs import forgeries, killing, trails
from bench.rigs.doors import App
from bench.rigs.hands import Deed, Hand
from bench.rigs.journal import effects, reckon
from bench.rigs.killing import Tally
from bench.rigs.outcome import Order, Outcome
from bench.rigs.routes import Routes
from bench.rigs.scene import Running, begin, cast
from bench.rigs.stage import Stage, staged
from server import chains
from server.chains import Chain

NAME = "trail"
MUTANT = "audit_apart"
HANDS, PEOPLE_EACH = 6, 6
PEOPLE = HANDS * PEOPLE_EACH
FORGERIES = 100
MARKED, ENTERED = "attendance.marked", "attendance.entered"
LATEST = 1.2


class Officer(Hand):
    """Marks some people on the roster, by the mini-program, and keys in others from paper."""

    def __init__(self, path: Path, seed: str, routes: Routes, people: Sequence[int]) -> None:
        super().__init__(path, seed)
        self.shift: Running | None = None
        self._routes = routes
        self._people = people

    def work(self, ports: list[int], stop: threading.Event) -> None:
        """Enter every other person from paper, and mark the rest again and again."""
        assert self.shift is not None
        for person in self._people[::2]:
            if not stop.is_set():
                self.act(self._entry(person, self.shift), ports, stop)
        while not stop.is_set():
            self.act(self._mark(self.chance.choice(self._people[1::2]), self.shift), ports, stop)

    def _entry(self, person: int, shift: Running) -> Deed:
        made = self._routes.paper(person, shift)
        return Deed(made.key, (ENTERED, shift.signups[person]), made.send)

    def _mark(self, person: int, shift: Running) -> Deed:
        did = self.chance.choice(("came", "whole", "left"))
        key = f"trail-{shift.shift_id}-{person}-{self.chance.getrandbits(64):x}"
        body = {"marks": [{"signup_id": str(shift.signups[person]), "did": did}]}
        app = App(self._routes.cast.tokens[self._routes.cast.clerk.person_id])
        path = f"/shifts/{shift.shift_id}/roster"
        # what the roster makes of a mark is told in the answer; the trail notes it either way
        return Deed(
            key,
            (MARKED, shift.shift_id),
            lambda port: app.post(port, path, body, key) is not None,
        )


def run(place: Place, order: Order) -> Outcome:
    """Let staff act, kill a process each round; then hold the trail against the journals."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    tally = Tally()
    mutant = MUTANT if order.mutant else ""
    with staged(place, order.backend, Plan(people=PEOPLE + 1, open=1), mutant) as stage:
        with _officers(place, order, stage) as officers:
            for number in range(order.rounds):
                [shift] = begin(stage.url, range(1, PEOPLE + 1), 1)
                for officer in officers:
                    officer.shift = shift
                killing.kill_one(stage, officers, chance, tally, LATEST)
                order.progress(number + 1)
            killing.replay(stage, officers, tally)
        return _outcome(stage, officers, tally, order, chance)


@contextmanager
def _officers(place: Place, order: Order, stage: Stage) -> Iterator[list[Officer]]:
    routes = Routes.of(cast(stage.url, PEOPLE + 1))
    who = "mutant" if order.mutant else "guarded"
    officers = [
        Officer(
            place.folder / f"{NAME}-{order.backend}-{who}-{number}.journal",
            f"{order.seed}:{order.backend}:{number}",
            routes,
            range(number * PEOPLE_EACH + 1, (number + 1) * PEOPLE_EACH + 1),
        )
        for number in range(HANDS)
    ]
    try:
        yield officers
    finally:
        for officer in officers:
            officer.journal.close()


def _outcome(
    stage: Stage,
    officers: Sequence[Officer],
    tally: Tally,
    order: Order,
    chance: random.Random,
) -> Outcome:
    states = reduce(dict.__or__, (officer.journal.states for officer in officers))
    done: Counter[Any] = sum((officer.done for officer in officers), Counter())
    acked = {f"{action} {subject}": count for (action, subject), count in done.items()}
    noted = {
        f"{action} {subject}": count
        for action in (MARKED, ENTERED)
        for subject, count in trails.entries(stage.url, action).items()
    }
    found = effects(acked, noted)
    proof = trails.verify(stage.url)
    with _blind() if order.mutant else nullcontext():
        missed = forgeries.missed(stage.url, FORGERIES, chance)
    facts = {
        "deeds": len(states),
        **tally.facts,
        "entries": proof.length,
        "manipulations": FORGERIES,
    }
    nought = {
        "missing": found.lost,
        "orphaned or doubled": found.doubled,
        "unresolved": reckon(states, states).unresolved,
        "flaws of the trail": int(proof.flaw is not None),
        "manipulations not found": len(missed),
    }
    return Outcome(NAME, order, facts, nought, missed, ("missing", "manipulations not found"))


@contextmanager
def _blind() -> Iterator[None]:
    """Let the proof look at the numbers alone while the block runs."""
    seeing = chains._flaw

    def blind(
        chain: Chain, row: Mapping[str, Any], number: int, previous: str
    ) -> chains.Flaw | None:
        del chain, previous  # what a proof would look at
        return None if row["id"] == number else chains.Flaw(number, "an entry is missing")

    chains._flaw = blind
    try:
        yield
    finally:
        chains._flaw = seeing
