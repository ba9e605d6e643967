"""Everybody wants the same few places at once, some of them twice, and a process is killed.

The service pauses at random between looking and taking. Whoever gets no answer says the same
again, as WeChat does.
"""

import random
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

from bench import letters
from bench.district import Plan
from bench.places import Place
from bench.rigs import books
from bench.rigs.clients import PAUSE_SECONDS
from bench.rigs.outcome import Order, Outcome
from bench.rigs.sender import Ambiguous, Line, Message, Unsent, message
from bench.rigs.stage import Stage, staged

NAME = "rush"
MUTANT = "count_then_insert"
SLOW = "slow"
PEOPLE = 400
SEATS = 50
TWICE = 80
"""So many people tap twice: two messages, one wish."""
PROCESSES = 8
SENDERS = {"sqlite": 24, "postgres": 64}
"""So many wishes are on their way at once; a single process turns more of them away."""
PATIENCE_SECONDS = 60


class Rush:
    """Wishes on their way to the processes, each sent until somebody answers."""

    def __init__(self, stage: Stage, wishes: Sequence[Message], kill_after: int) -> None:
        self.answered = self.again = 0
        self.due, self.over = threading.Event(), threading.Event()
        self._stage = stage
        self._wishes = iter(wishes)
        self._kill_after = kill_after
        self._turn = threading.Lock()

    def send(self) -> None:
        """Send one wish after the other until none is left."""
        while (wish := self._next()) is not None and not self.over.is_set():
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not self._is_told(wish) and time.monotonic() < deadline:
                if self.over.wait(PAUSE_SECONDS):
                    return

    def _next(self) -> Message | None:
        with self._turn:
            return next(self._wishes, None)

    def _is_told(self, wish: Message) -> bool:
        line = Line(random.choice(self._stage.ports))
        told = False
        with suppress(Ambiguous, Unsent):
            line.send(wish)
            told = True
        line.close()
        with self._turn:
            self.answered += told
            self.again += not told
            if self.answered >= self._kill_after:
                self.due.set()
        return told


def run(place: Place, order: Order) -> Outcome:
    """Rush at one shift after the other; in the midst of each, kill a process and start another."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    plan = Plan(people=PEOPLE, open=0, rushes=order.rounds, seats=SEATS)
    guard = MUTANT if order.mutant else SLOW
    with staged(place, order.backend, plan, guard, processes=PROCESSES) as stage:
        rushes = []
        for number in range(order.rounds):
            wishes = _wishes(plan, number, chance)
            rushes.append(_rush(stage, Rush(stage, wishes, chance.randrange(len(wishes))), chance))
            order.progress(number + 1)
        return _outcome(stage, rushes, order)


def _wishes(plan: Plan, rush: int, chance: random.Random) -> list[Message]:
    people = [*range(1, PEOPLE + 1), *chance.sample(range(1, PEOPLE + 1), TWICE)]
    chance.shuffle(people)
    return [message(letters.openid(n), f"报名 {plan.number_of_rush(rush)}") for n in people]


def _rush(stage: Stage, rush: Rush, chance: random.Random) -> Rush:
    senders = [threading.Thread(target=rush.send) for _ in range(SENDERS[stage.backend])]
    for sender in senders:
        sender.start()
    try:
        rush.due.wait(PATIENCE_SECONDS)
        victim = chance.choice(stage.hosts)
        victim.kill()
        stage.replace(victim)
        for sender in senders:
            sender.join()
    finally:
        rush.over.set()
    return rush


def _outcome(stage: Stage, rushes: Iterable[Rush], order: Order) -> Outcome:
    flaws, held = books.flaws(stage.url), books.held(stage.url)
    given = [held.get(shift, 0) for shift in range(1, order.rounds + 1)]
    messages = order.rounds * (PEOPLE + TWICE)
    facts = {
        "rushes": order.rounds,
        "people each": PEOPLE,
        "places each": SEATS,
        "processes": stage.processes,
        "kills": order.rounds,
        "messages": messages,
        "brought again": sum(rush.again for rush in rushes),
    }
    nought = {
        "oversold": sum(max(0, count - SEATS) for count in given),
        "undersold": sum(max(0, SEATS - count) for count in given),
        "unanswered": messages - sum(rush.answered for rush in rushes),
        "shifts that do not add up": len(flaws),
    }
    return Outcome(NAME, order, facts, nought, flaws, ("shifts that do not add up",))
