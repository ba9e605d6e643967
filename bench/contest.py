"""Contenders that answer in turns: each round asks all of them, one right after the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import figures, hosts, letters, wire
from bench.machine import OTHER_CORES, Watch, pinned, wait_for_quiet
from bench.places import Place

WARM_UP = 150
WRONG_AT_MOST = 0.5
"""A larger share of wrong answers ends the run."""
Load = Callable[[int, int], list[bytes]]
"""(port, how many) -> that many requests that no server has seen yet."""


class WrongAnswer(Exception):  # noqa: N818  what came back
    """A contender did not do the job; its speed says nothing."""


@dataclass(frozen=True)
class Contender:
    """An application, its settings, what it is asked, and what a right answer contains."""

    name: str
    target: str
    settings: Mapping[str, str]
    load: Load
    check: Callable[[bytes], bool]


@dataclass(frozen=True)
class Effort:
    """How much to measure: rounds, requests a round, and how long to wait for a quiet machine."""

    rounds: int
    requests: int
    patience: float
    again: int = 2
    connections: int = 16


@dataclass
class Bench:
    """What a benchmark is given: a place, an effort, and sizes for the one about growth."""

    place: Place
    effort: Effort
    inbound: int
    past: int
    say: Callable[[str], None]
    facts: list[str] = field(default_factory=list)


@contextmanager
def all_serving(bench: Bench, contenders: Sequence[Contender]) -> Iterator[list[int]]:
    """Serve every contender while the block runs; yield their ports."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(hosts.serving(each.target, bench.place.folder, each.settings))
            for each in contenders
        ]


def run(bench: Bench, contenders: Sequence[Contender]) -> dict[str, list[figures.Round]]:
    """Ask all contenders in turns and return the rounds of each, by name."""
    found: dict[str, list[figures.Round]] = {each.name: [] for each in contenders}
    with all_serving(bench, contenders) as ports:
        for contender, port in zip(contenders, ports, strict=True):
            fire(bench, contender, port, WARM_UP)
        for number in range(bench.effort.rounds):
            for contender, port in zip(contenders, ports, strict=True):
                found[contender.name].append(_round(bench, contender, port))
                bench.say(f"  round {number + 1}  {contender.name}: {_told(found[contender.name])}")
    return found


def _round(bench: Bench, contender: Contender, port: int) -> figures.Round:
    """Measure one round; on a busy machine, measure it again, a few times."""
    for attempt in range(bench.effort.again + 1):
        wait_for_quiet(bench.effort.patience)
        measured = fire(bench, contender, port, bench.effort.requests)
        if measured.quiet or attempt == bench.effort.again:
            return measured
    raise AssertionError("the last attempt always returns")


def fire(bench: Bench, contender: Contender, port: int, many: int) -> figures.Round:
    """Ask one contender so many times and return the round."""
    requests = contender.load(port, many)
    return measured(contender.name, port, requests, contender.check, bench.effort.connections)


def measured(
    name: str,
    port: int,
    requests: Sequence[bytes],
    check: Callable[[bytes], bool],
    connections: int,
) -> figures.Round:
    """Send the requests from the generator's core and return the round; wrong answers count nil."""
    watch = Watch().start()
    with pinned(OTHER_CORES):
        answers, seconds = wire.fire(port, requests, connections)
    quiet = watch.stop().quiet
    wrong = [each for each in answers if each.status != 200 or not check(each.body)]
    if len(wrong) > len(answers) * WRONG_AT_MOST:
        said = letters.content(wrong[0].body) or repr(wrong[0].body[:600])
        raise WrongAnswer(f"{name}: {len(wrong)} wrong, such as HTTP {wrong[0].status} {said}")
    rate = (len(answers) - len(wrong)) / seconds
    return figures.Round(rate, tuple(each.seconds for each in answers), quiet, len(wrong))


def _told(rounds: Sequence[Any]) -> str:
    last = rounds[-1]
    return (
        f"{last.rate:,.0f}/s"
        + ("" if last.quiet else " (machine busy)")
        + (f" ({last.wrong} wrong)" if last.wrong else "")
    )
