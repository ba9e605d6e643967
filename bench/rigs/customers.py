"""Customers: each brings dealings to a teller of its own, and keeps a journal of what it knows."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bench.rigs.dealings import Dealing
from bench.rigs.journal import ACK, AMBIGUOUS, INTENT, REJECT, Journal
from bench.rigs.sender import Ambiguous, Unsent
from bench.rigs.tellers import Answer, Teller


class Brought(Protocol):
    """Whatever is brought to a teller, at a moment of its own."""

    @property
    def at(self) -> datetime:
        """Return its moment."""
        ...


Waiting = Iterable[tuple[Brought, str]]
"""Dealings, each with the name under which this one time stands in a journal."""
Told = Mapping[str, Answer]


class Line:
    """Dealings that wait to be brought, and what time it is: that of the latest one brought."""

    def __init__(self, waiting: Waiting, begin: datetime) -> None:
        self.now = begin
        self._waiting = iter(waiting)
        self._turn = threading.Lock()

    def __iter__(self) -> Iterator[tuple[Brought, str]]:
        while (given := self._next()) is not None:
            yield given

    def _next(self) -> tuple[Brought, str] | None:
        with self._turn:
            given = next(self._waiting, None)
            if given is not None:
                self.now = max(self.now, given[0].at)
            return given


class Customer:
    """One thread's worth of dealings; a teller that died is replaced, and asked the same again."""

    def __init__(self, path: Path, hire: Callable[[], Teller]) -> None:
        self.journal = Journal(path)
        self.teller = hire()
        self.answers: dict[str, Answer] = {}
        self.seen: Counter[str] = Counter()
        self.unsure: Counter[str] = Counter()
        self._hire = hire

    def work(self, line: Line) -> None:
        """Bring what waits until nothing does."""
        for dealing, name in line:
            self.answers[name] = self.bring(dealing, name, line)

    def bring(self, dealing: Brought, name: str, line: Line) -> Answer:
        """Bring one dealing until it has an answer, and write down each step for good."""
        self.journal.note(INTENT, name)
        while True:
            try:
                found = self.teller.ask(dealing, line.now)
            except Ambiguous:
                self.journal.note(AMBIGUOUS, name)
                self.unsure[name] += 1
                self._replace("ambiguous")
            except Unsent:
                self._replace("not heard")
            else:
                if not found.is_busy:
                    self.journal.note(REJECT if found.number is None else ACK, name)
                    return found
                self.seen["busy"] += 1

    def close(self) -> None:
        """Leave the teller, and close the journal."""
        self.teller.close()
        self.journal.close()

    def _replace(self, what: str) -> None:
        self.seen[what] += 1
        self.teller.close()
        self.teller = self._hire()


def all_bring(crowd: Sequence[Customer], line: Line) -> None:
    """Let all of them bring what waits, at the same time."""
    with ThreadPoolExecutor(len(crowd)) as pool:
        for each in [pool.submit(customer.work, line) for customer in crowd]:
            each.result()


def answers(crowd: Sequence[Customer]) -> Told:
    """Return what was said by now, by the name of the one time it was brought."""
    return {name: said for each in crowd for name, said in each.answers.items()}


def on_other_terms(crowd: Sequence[Customer], plan: Sequence[Dealing], line: Line) -> list[Answer]:
    """Bring all that was done under a key once more, on other terms, and return what was said."""
    told = answers(crowd)
    done = [one for one in plan if one.is_keyed and any(each.number for each in of(told, one))]
    again = [(one.on_other_terms(), f"{one.key}#other") for one in done]
    all_bring(crowd, Line(again, line.now))
    after = answers(crowd)
    return [after[name] for _dealing, name in again]


def of(told: Told, dealing: Dealing) -> list[Answer]:
    """Return what was said each time a dealing was brought."""
    return [told[name] for name in dealing.names if name in told]


def seen(crowd: Sequence[Customer]) -> dict[str, int]:
    """Return how often nobody knew, nobody heard, or the database was busy."""
    found = sum((customer.seen for customer in crowd), Counter())
    return {name: found[name] for name in ("ambiguous", "not heard", "busy")}


def unresolved(crowd: Sequence[Customer]) -> int:
    """Return of how many dealings nobody knows what became of them."""
    states = [state for customer in crowd for state in customer.journal.states.values()]
    return sum(state in (AMBIGUOUS, INTENT) for state in states)
