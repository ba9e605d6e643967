"""kill -9 at random moments, under a mixed load of sign-ups and leavings."""

import random
from functools import reduce

from bench.district import Plan
from bench.places import Place
from bench.rigs import books
from bench.rigs.clients import Client, clients_of
from bench.rigs.journal import REJECT, effects, reckon
from bench.rigs.killing import Tally, kill_one, replay
from bench.rigs.outcome import Order, Outcome
from bench.rigs.stage import Stage, staged

NAME = "kills"
MUTANT = "reply_before_commit"
CLIENTS = 8
PEOPLE_EACH = 8
ACTIVITIES = 12
SEATS = 20


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
            kill_one(stage, clients, chance, tally)
            order.progress(number + 1)
        replay(stage, clients, tally)
        return _outcome(stage, clients, tally, order)


def _outcome(stage: Stage, clients: list[Client], tally: Tally, order: Order) -> Outcome:
    states = reduce(dict.__or__, (client.journal.states for client in clients))
    acked = reduce(dict.__or__, (client.deeds() for client in clients))
    found = reckon(states, books.stored(stage.url)) + effects(acked, books.deeds(stage.url))
    flaws = books.flaws(stage.url)
    facts = {
        "messages": len(states),
        **tally.facts,
        "refused": sum(1 for state in states.values() if state == REJECT),
    }
    nought = {
        **vars(found),
        "unequal replies": tally.unequal,
        "apologies": sum(client.apologies for client in clients),
        "shifts that do not add up": len(flaws),
    }
    return Outcome(NAME, order, facts, nought, flaws)
