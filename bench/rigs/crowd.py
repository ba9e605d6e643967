"""Signing up and leaving race for a few places; nobody is killed, so everybody is answered."""

import time
from functools import reduce

from bench.district import Plan
from bench.places import Place
from bench.rigs import books
from bench.rigs.clients import Client, clients_of, working
from bench.rigs.journal import AMBIGUOUS, REJECT, effects, reckon
from bench.rigs.outcome import Order, Outcome
from bench.rigs.stage import staged

NAME = "crowd"
MUTANT = "count_then_insert"
CLIENTS = 16
PEOPLE_EACH = 3
ACTIVITIES = 2
SEATS = 4


def run(place: Place, order: Order) -> Outcome:
    """Let the crowd push for `rounds` seconds, then reckon. A deadlock shows as no answer."""
    plan = Plan(people=CLIENTS * PEOPLE_EACH, open=ACTIVITIES, seats_of_open=SEATS)
    with (
        staged(place, order.backend, plan, MUTANT if order.mutant else "") as stage,
        clients_of(place.folder, order, CLIENTS, PEOPLE_EACH, ACTIVITIES) as clients,
    ):
        with working(clients, stage.ports):
            time.sleep(order.rounds)
        unanswered = sum(len(client.open) for client in clients)
        for client in clients:
            client.replay(stage.ports[0])
        return _outcome(stage.url, clients, unanswered, order)


def _outcome(url: str, clients: list[Client], unanswered: int, order: Order) -> Outcome:
    states = reduce(dict.__or__, (client.journal.states for client in clients))
    acked = reduce(dict.__or__, (client.deeds() for client in clients))
    found = reckon(states, books.stored(url)) + effects(acked, books.deeds(url))
    flaws = books.flaws(url)
    count = list(states.values()).count
    facts = {"messages": len(states), "seconds": order.rounds, "refused": count(REJECT)}
    nought = {
        **vars(found),
        "not answered at once": unanswered,
        "never answered": count(AMBIGUOUS),
        "shifts that do not add up": len(flaws),
    }
    return Outcome(NAME, order, facts, nought, flaws)
