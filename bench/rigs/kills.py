"""kill -9 at random moments, under a mixed load of sign-ups and leavings."""

import random
import time
from dataclasses import dataclass, field
from functools import reduce

from bench.district import Plan
from bench.places import Place
from bench.rigs import books
from bench.rigs.clients import Client, clients_of, working
from bench.rigs.journal import REJECT, effects, reckon
from bench.rigs.outcome import Order, Outcome
from bench.rigs.stage import Stage, staged

NAME = "kills"
MUTANT = "reply_before_commit"
CLIENTS = 8
PEOPLE_EACH = 8
ACTIVITIES = 12
SEATS = 20
EARLIEST, LATEST = 0.05, 0.6
"""Seconds from the start of the load to the kill."""


@dataclass
class Tally:
    """What was seen on the way."""

    kills: int = 0
    ambiguous: int = 0
    had_been_stored: int = 0
    unequal: int = 0
    stubborn: int = 0
    recovery: list[float] = field(default_factory=list)


def run(place: Place, order: Order) -> Outcome:
    """Kill a process each round, restart it, replay what is undecided; reckon at the end."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    plan = Plan(people=CLIENTS * PEOPLE_EACH, open=ACTIVITIES, seats_of_open=SEATS)
    tally = Tally()
    with (
        staged(place, order.backend, plan, MUTANT if order.mutant else "") as stage,
        clients_of(place.folder, order, CLIENTS, PEOPLE_EACH, ACTIVITIES) as clients,
    ):
        for number in range(order.rounds):
            _round(stage, clients, chance, tally)
            order.progress(number + 1)
        _replay(stage, clients, tally)
        return _outcome(stage, clients, tally, order)


def _round(stage: Stage, clients: list[Client], chance: random.Random, tally: Tally) -> None:
    victim = chance.choice(stage.hosts)
    with working(clients, stage.ports):
        time.sleep(chance.uniform(EARLIEST, LATEST))
        victim.kill()
        tally.kills += 1
        # another process goes on alone for a moment, as it would
        time.sleep(0.05)
    begun = time.monotonic()
    stage.replace(victim)
    tally.recovery.append(time.monotonic() - begun)
    _replay(stage, clients, tally)


def _replay(stage: Stage, clients: list[Client], tally: Tally) -> None:
    """Bring every undecided message again; whoever has stored it must say the same again."""
    undecided = [what.key for client in clients for what in client.open]
    before = books.kept(stage.url, undecided)
    tally.ambiguous += len(undecided)
    tally.had_been_stored += len(before)
    for client in clients:
        replies = client.replay(stage.ports[0])
        tally.unequal += sum(1 for key, said in replies.items() if before.get(key, said) != said)
        tally.stubborn += len(client.open)


def _outcome(stage: Stage, clients: list[Client], tally: Tally, order: Order) -> Outcome:
    states = reduce(dict.__or__, (client.journal.states for client in clients))
    acked = reduce(dict.__or__, (client.deeds() for client in clients))
    found = reckon(states, books.stored(stage.url)) + effects(acked, books.deeds(stage.url))
    flaws = books.flaws(stage.url)
    facts = {
        "messages": len(states),
        "kills": tally.kills,
        "ambiguous": tally.ambiguous,
        "of them stored before the replay": tally.had_been_stored,
        "refused": sum(1 for state in states.values() if state == REJECT),
        "median recovery ms": round(sorted(tally.recovery)[len(tally.recovery) // 2] * 1000),
    }
    nought = {
        **vars(found),
        "unequal replies": tally.unequal,
        "apologies": sum(client.apologies for client in clients),
        "shifts that do not add up": len(flaws),
    }
    return Outcome(NAME, order, facts, nought, flaws)
