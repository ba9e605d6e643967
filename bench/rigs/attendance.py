"""Crowds come and go by all routes at once, on two phones each, while processes are killed.

Each round has people of its own: whoever is still present elsewhere would only be turned down.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import reduce
from pathlib import Path

from bench.district import Plan
from bench.places import Place
from bench.rigs import killing, presences, trails
from bench.rigs.hands import Deed, Hand
from bench.rigs.journal import REJECT, reckon
from bench.rigs.killing import Tally
from bench.rigs.outcome import Order, Outcome
from bench.rigs.presences import Watch
from bench.rigs.routes import IN, OUT, Routes
from bench.rigs.scene import Running, begin, cast
from bench.rigs.sender import Ambiguous, Unsent
from bench.rigs.stage import Stage, staged

NAME = "attendance"
MUTANT = "two_at_once"
HANDS, PEOPLE_EACH = 6, 4
PEOPLE = HANDS * PEOPLE_EACH + 1
PHONES = 50
"""On so many phones at once the last of the people scans the same code."""
SHIFTS = 2
"""Shifts at the same time, as a leader may allow: nobody can be at both."""
LEAVE, ROSTER = 0.7, 0.5
LATEST = 1.5
"""Seconds from the start of the load to the kill, at most."""


class Crowd(Hand):
    """Some people, each of whom comes on two phones at once and may leave afterwards."""

    def __init__(self, path: Path, seed: str, routes: Routes) -> None:
        super().__init__(path, seed)
        self.shifts: list[Running] = []
        self.people: Sequence[int] = ()
        self.used: Counter[str] = Counter()
        self._routes = routes

    def work(self, ports: list[int], stop: threading.Event) -> None:
        """Let one person after the other come and go, until told to stop."""
        with ThreadPoolExecutor(2) as phones:
            for person in self.people:
                if stop.is_set():
                    return
                deeds = [self._coming(person, ports) for _ in range(2)]
                told = list(phones.map(lambda deed: deed and self.act(deed, ports, stop), deeds))
                for deed, taken in zip(deeds, told, strict=True):
                    if deed and taken and self.chance.random() < LEAVE:
                        self._leave(person, deed, ports, stop)

    def _coming(self, person: int, ports: list[int]) -> Deed | None:
        shift, routes = self.chance.choice(self.shifts), self._routes
        way = self.chance.choice(("typed", "scanned", "own_code", "roster", "paper"))
        try:
            deed = (
                routes.own_code(person, shift, self.chance.choice(ports))
                if way == "own_code"
                else getattr(routes, way)(person, shift)
            )
        except (Ambiguous, Unsent):
            return None
        self.used[way] += 1
        return deed

    def _leave(self, person: int, came: Deed, ports: list[int], stop: threading.Event) -> None:
        shift_id, paper = came.about[2], came.about[3:]
        shift = next(one for one in self.shifts if one.shift_id == shift_id)
        if paper:
            return
        by_hand = self.chance.random() < ROSTER
        routes = self._routes
        self.act(
            routes.roster(person, shift, "left") if by_hand else routes.leaves(person, shift),
            ports,
            stop,
        )


class Pack(Crowd):
    """One person who scans the code on many phones at the same moment."""

    def work(self, ports: list[int], stop: threading.Event) -> None:
        """Scan once on every phone."""
        [person], shift = self.people, self.shifts[0]
        deeds = [self._routes.scanned(person, shift) for _ in range(PHONES)]
        self.used["scanned at once"] += PHONES
        with ThreadPoolExecutor(PHONES) as phones:
            list(phones.map(lambda deed: self.act(deed, ports, stop), deeds))


def run(place: Place, order: Order) -> Outcome:
    """Begin shifts, let the crowds come, kill a process; after so many rounds, reckon."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    plan = Plan(people=order.rounds * PEOPLE + 1, open=1)
    tally = Tally()
    with staged(place, order.backend, plan, MUTANT if order.mutant else "") as stage:
        with _crowds(place, order, stage) as crowds, Watch(stage.url).looking() as watch:
            for number in range(order.rounds):
                people = range(number * PEOPLE + 1, (number + 1) * PEOPLE + 1)
                shifts = begin(stage.url, people, SHIFTS)
                for at, crowd in enumerate(crowds):
                    crowd.shifts = shifts
                    crowd.people = people[at:-1:HANDS] if at < HANDS else people[-1:]
                killing.kill_one(stage, crowds, chance, tally, LATEST)
                order.progress(number + 1)
            killing.replay(stage, crowds, tally)
        return _outcome(stage, crowds, tally, watch, order)


@contextmanager
def _crowds(place: Place, order: Order, stage: Stage) -> Iterator[list[Crowd]]:
    routes = Routes.of(cast(stage.url, order.rounds * PEOPLE + 1))
    who = "mutant" if order.mutant else "guarded"
    crowds = [
        (Crowd if number < HANDS else Pack)(
            place.folder / f"{NAME}-{order.backend}-{who}-{number}.journal",
            f"{order.seed}:{order.backend}:{number}",
            routes,
        )
        for number in range(HANDS + 1)
    ]
    try:
        yield crowds
    finally:
        for crowd in crowds:
            crowd.journal.close()


def _outcome(
    stage: Stage, crowds: Sequence[Crowd], tally: Tally, watch: Watch, order: Order
) -> Outcome:
    states = reduce(dict.__or__, (crowd.journal.states for crowd in crowds))
    done = sum((crowd.done for crowd in crowds), Counter())
    used = sum((crowd.used for crowd in crowds), Counter())
    came = {about[1:3] for about in done if about[0] == IN}
    gone = {about[1:3] for about in done if about[0] == OUT or "paper" in about}
    present, over = presences.pairs(stage.url)
    untrue = presences.untrue_states(stage.url)
    proof = trails.verify(stage.url)
    facts = {
        "deeds": len(states),
        **{f"by {way}": count for way, count in sorted(used.items())},
        "presences": len(present),
        **tally.facts,
        "refused": sum(1 for state in states.values() if state == REJECT),
        "looks": watch.looks,
        "audit entries": proof.length,
    }
    nought = {
        "lost": len(came - present.keys()) + len(gone - over),
        "phantom": len(present.keys() - came) + len(over - gone),
        "doubled": sum(count - 1 for count in present.values()),
        "unresolved": reckon(states, states).unresolved,
        "people at two places": watch.found + presences.overlaps(stage.url),
        "presences without their record": presences.without_record(stage.url),
        "states that do not fit": len(untrue),
        "flaws of the trail": int(proof.flaw is not None),
    }
    return Outcome(NAME, order, facts, nought, untrue, ("people at two places",))
