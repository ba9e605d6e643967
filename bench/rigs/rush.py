"""Everybody wants the same few places at once, some of them twice; the service pauses at random."""

import random
from concurrent.futures import ThreadPoolExecutor

from bench import letters, wire
from bench.district import Plan
from bench.places import Place
from bench.rigs import books
from bench.rigs.outcome import Order, Outcome
from bench.rigs.stage import staged

NAME = "rush"
MUTANT = "count_then_insert"
SLOW = "slow"
PEOPLE = 100
SEATS = 20
TWICE = 20
"""So many people tap twice: two messages, one wish."""
CONNECTIONS = 32


def run(place: Place, order: Order) -> Outcome:
    """Rush at one shift after the other; the pauses widen the gap between looking and taking."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    plan = Plan(people=PEOPLE, open=0, rushes=order.rounds, seats=SEATS)
    statuses: list[int] = []
    with staged(place, order.backend, plan, MUTANT if order.mutant else SLOW) as stage:
        for rush in range(order.rounds):
            statuses += _rush(stage.ports, _wishes(plan, rush, chance))
            order.progress(rush + 1)
        return _outcome(order, statuses, books.flaws(stage.url), books.held(stage.url))


def _wishes(plan: Plan, rush: int, chance: random.Random) -> list[tuple[str, str]]:
    people = [*range(1, PEOPLE + 1), *chance.sample(range(1, PEOPLE + 1), TWICE)]
    chance.shuffle(people)
    return [(letters.openid(n), f"报名 {plan.number_of_rush(rush)}") for n in people]


def _rush(ports: list[int], wishes: list[tuple[str, str]]) -> list[int]:
    """Send every wish, a share to each process, all at the same time; return the statuses."""

    def fire(which: int) -> list[int]:
        requests = letters.requests(ports[which], wishes[which :: len(ports)])
        answers, _seconds = wire.fire(ports[which], requests, CONNECTIONS)
        return [answer.status for answer in answers]

    with ThreadPoolExecutor(len(ports)) as pool:
        return [status for each in pool.map(fire, range(len(ports))) for status in each]


def _outcome(order: Order, statuses: list[int], flaws: list[str], held: dict[int, int]) -> Outcome:
    given = [held.get(shift, 0) for shift in range(1, order.rounds + 1)]
    facts = {
        "rushes": order.rounds,
        "people each": PEOPLE,
        "places each": SEATS,
        "messages": len(statuses),
    }
    nought = {
        "oversold": sum(max(0, count - SEATS) for count in given),
        "undersold": sum(max(0, SEATS - count) for count in given),
        "unanswered": sum(1 for status in statuses if status != 200),
        "shifts that do not add up": len(flaws),
    }
    return Outcome(NAME, order, facts, nought, flaws)
