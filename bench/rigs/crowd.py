"""Sign-ups, leavings, offers, the desk and walk-ins race for a few places; nobody is killed."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce

from bench.district import Plan
from bench.places import Place
from bench.rigs import books, desks
from bench.rigs.clients import Client, clients_of, working
from bench.rigs.desks import Desk
from bench.rigs.journal import AMBIGUOUS, REJECT, effects, reckon
from bench.rigs.killing import Killed
from bench.rigs.outcome import Order, Outcome
from bench.rigs.scene import cast
from bench.rigs.stage import Stage, staged

NAME = "crowd"
MUTANT = "count_then_insert"
CLIENTS = 16
PEOPLE_EACH = 3
ACTIVITIES = 2
SEATS = 4
PEOPLE = CLIENTS * PEOPLE_EACH
DESKS, DESK_PEOPLE = 3, 6
"""Desks, and the people of each: nobody else speaks for them."""


def run(place: Place, order: Order) -> Outcome:
    """Let the crowd push for `rounds` seconds, then reckon. A deadlock shows as no answer."""
    people = PEOPLE + DESKS * DESK_PEOPLE + 1
    plan = Plan(people=people, open=ACTIVITIES, seats_of_open=SEATS)
    with (
        staged(place, order.backend, plan, MUTANT if order.mutant else "") as stage,
        clients_of(place.folder, order, CLIENTS, PEOPLE_EACH, ACTIVITIES) as clients,
    ):
        with _desks(place, order, stage, people) as staff:
            everybody: list[Killed] = [*clients, *staff]
            with working(everybody, stage.ports):
                time.sleep(order.rounds)
            unanswered = sum(len(one.open) for one in everybody)
            for one in everybody:
                one.replay(stage.ports[0])
        return _outcome(stage.url, clients, staff, unanswered, order)


@contextmanager
def _desks(place: Place, order: Order, stage: Stage, people: int) -> Iterator[list[Desk]]:
    desks.prepare(stage.url, PEOPLE + 1)
    who = "mutant" if order.mutant else "guarded"
    players = cast(stage.url, people)
    found = [
        Desk(
            place.folder / f"desk-{order.backend}-{who}-{number}.journal",
            f"{order.seed}:desk:{order.backend}:{number}",
            players,
            range(first := PEOPLE + 1 + number * DESK_PEOPLE, first + DESK_PEOPLE),
            ACTIVITIES,
        )
        for number in range(DESKS)
    ]
    try:
        yield found
    finally:
        for desk in found:
            desk.journal.close()


def _outcome(
    url: str, clients: list[Client], staff: list[Desk], unanswered: int, order: Order
) -> Outcome:
    states = reduce(dict.__or__, (client.journal.states for client in clients))
    acked = reduce(dict.__or__, (client.deeds() for client in clients))
    stored = books.stored(url)
    theirs = {key: reply for key, reply in stored.items() if _person(key) <= PEOPLE}
    deeds = {key: count for key, count in books.deeds(url).items() if _person(key) <= PEOPLE}
    found = reckon(states, theirs) + effects(acked, deeds)
    flaws = books.flaws(url)
    count = list(states.values()).count
    did = sum((desk.did for desk in staff), Counter())
    facts = {
        "messages": len(states),
        "seconds": order.rounds,
        "refused": count(REJECT),
        **{f"of desks: {what}": many for what, many in sorted(did.items())},
    }
    nought = {
        **vars(found),
        "not answered at once": unanswered,
        "never answered": count(AMBIGUOUS),
        "shifts that do not add up": len(flaws),
    }
    shown_by = ("shifts that do not add up",)
    return Outcome(NAME, order, facts, nought, flaws, shown_by)


def _person(key: str) -> int:
    """Return whose message or sign-up a key is about."""
    return int(key.removeprefix("official:").removeprefix("oBench").partition(":")[0])
