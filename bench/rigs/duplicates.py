"""The same message three times, one after the other and at once, over all service processes."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench import letters
from bench.district import Plan
from bench.places import Place
from bench.rigs import books
from bench.rigs.journal import ACK, effects, reckon
from bench.rigs.outcome import Order, Outcome
from bench.rigs.sender import Ambiguous, Line, Message, Unsent, message
from bench.rigs.stage import Stage, staged

NAME = "duplicates"
MUTANT = "no_dedupe"
TIMES = 3
AT_ONCE = 6
"""So many different messages are under way at the same time, each three times over."""
ACTIVITIES = 4
SILENCE = "no answer"

Deliver = Callable[[Stage, Message], list[str]]


def run(place: Place, order: Order) -> Outcome:
    """Bring every message three times; two messages in a row sign a person up and off again."""
    plan = Plan(people=order.rounds, open=ACTIVITIES, seats_of_open=max(1, order.rounds // 8))
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    numbers = [chance.randint(1, ACTIVITIES) for _ in range(order.rounds)]
    with staged(place, order.backend, plan, MUTANT if order.mutant else "") as stage:
        told: dict[str, list[str]] = {}
        for words, deliver in (("报名", _at_once), ("取消", _in_sequence), ("报名", _at_once)):
            told |= _all(stage, deliver, words, numbers)
        return _outcome(stage, told, order, numbers)


def _all(stage: Stage, deliver: Deliver, words: str, numbers: list[int]) -> dict[str, list[str]]:
    what = [message(letters.openid(n), f"{words} {number}") for n, number in enumerate(numbers, 1)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        replies = pool.map(partial(deliver, stage), what)
        return {each.key: said for each, said in zip(what, replies, strict=True)}


def _in_sequence(stage: Stage, what: Message) -> list[str]:
    return [_sent(stage.ports[time % len(stage.ports)], what) for time in range(TIMES)]


def _at_once(stage: Stage, what: Message) -> list[str]:
    ready = threading.Barrier(TIMES)

    def send(time: int) -> str:
        ready.wait()
        return _sent(stage.ports[time % len(stage.ports)], what)

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(send, range(TIMES)))


def _sent(port: int, what: Message) -> str:
    line = Line(port)
    try:
        return line.send(what)
    except (Ambiguous, Unsent) as error:
        return f"{SILENCE}: {error}"
    finally:
        line.close()


def _outcome(stage: Stage, told: dict[str, list[str]], order: Order, numbers: list[int]) -> Outcome:
    replies = books.stored(stage.url)
    acked = Counter(
        f"{letters.openid(n)}:{number}" for n, number in enumerate(numbers, 1) for _ in range(3)
    )
    found = reckon(dict.fromkeys(told, ACK), _without_tail(replies, told))
    found += effects(acked, books.deeds(stage.url))
    flaws = books.flaws(stage.url)
    silence = [f"{key}: {one}" for key, said in told.items() for one in said if SILENCE in one]
    nought = {
        **vars(found),
        "unequal replies": sum(1 for said in told.values() if len(set(said)) != 1),
        "unanswered": len(silence),
        "shifts that do not add up": len(flaws),
    }
    sent = len(told) * TIMES
    facts = {
        "messages": len(told),
        "deliveries": sent,
        "at once": sent * 2 // 3,
        "in sequence": sent // 3,
        "processes": len(stage.ports),
    }
    return Outcome(NAME, order, facts, nought, [*flaws, *silence])


def _without_tail(replies: dict[str, str], told: dict[str, list[str]]) -> list[str]:
    """Return the stored keys; the mutant's bear a tail that makes each delivery a new message."""
    longest = max(map(len, told))
    return [key[:longest] if key[:longest] in told else key for key in replies]
