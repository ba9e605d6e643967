"""Clients that sign up and leave at random, and write down what they know."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bench import letters
from bench.rigs.journal import ACK, AMBIGUOUS, INTENT, REJECT, Journal
from bench.rigs.outcome import Order
from bench.rigs.sender import APOLOGY, LATER, Ambiguous, Line, Message, Unsent, message

TOLD = ("报名成功", "候补第", "给您留到", "已取消", LATER)
PAUSE_SECONDS = 0.02


class Working(Protocol):
    """Whoever sends from a thread of their own."""

    def work(self, ports: list[int], stop: threading.Event) -> None:
        """Send until told to stop."""
        ...


class Client:
    """One thread's worth of people; nobody else speaks for them.

    A person alternates between signing up for an activity and leaving it, so every
    acknowledged message has exactly one effect that can be counted afterwards.
    """

    def __init__(self, path: Path, people: range, activities: int, seed: str) -> None:
        self.journal = Journal(path)
        self.open: list[Message] = []
        self.apologies = 0
        self._people = people
        self._activities = activities
        self._random = random.Random(seed)
        self._deeds: Counter[tuple[str, int]] = Counter()
        self._undecided: set[tuple[str, int]] = set()
        self._about: dict[str, tuple[str, int]] = {}

    def work(self, ports: list[int], stop: threading.Event) -> None:
        """Send messages until told to stop."""
        lines = [Line(port) for port in ports]
        try:
            while not stop.is_set():
                self._say(self._random.choice(lines), lines, self._thought(), stop)
        finally:
            for line in lines:
                line.close()

    def replay(self, port: int) -> dict[str, str]:
        """Deliver what is undecided again, under the same ids, and return the replies by key."""
        line, replies, still = Line(port), {}, []
        for what in self.open:
            try:
                replies[what.key] = line.send(what)
            except (Ambiguous, Unsent):
                still.append(what)
                continue
            self._hear(what, replies[what.key], again=True)
        line.close()
        self.open = still
        return replies

    def deeds(self) -> dict[str, int]:
        """Return how many acknowledged messages each person sent about each activity."""
        return {f"{who}:{number}": count for (who, number), count in self._deeds.items()}

    def _thought(self) -> Message:
        while True:
            who = letters.openid(self._random.choice(self._people))
            about = (who, self._random.randint(1, self._activities))
            if about not in self._undecided:
                break
        words = "取消" if self._deeds[about] % 2 else "报名"
        what = message(who, f"{words} {about[1]}")
        self._about[what.key] = about
        self._undecided.add(about)
        return what

    def _say(self, line: Line, lines: list[Line], what: Message, stop: threading.Event) -> None:
        self.journal.note(INTENT, what.key)
        while True:
            try:
                self._hear(what, line.send(what))
            except Unsent:
                if stop.is_set():
                    self._doubt(what)
                else:
                    time.sleep(PAUSE_SECONDS)
                    line = self._random.choice(lines)
                    continue
            except Ambiguous:
                self._doubt(what)
            return

    def _doubt(self, what: Message) -> None:
        self.journal.note(AMBIGUOUS, what.key)
        self.open.append(what)

    def _hear(self, what: Message, reply: str, *, again: bool = False) -> None:
        """Take note of the answer; one that tells of no effect is a refusal."""
        about = self._about[what.key]
        if LATER in reply and not again:
            # it is stored, says the service; what came of it is asked for after the round
            self.journal.note(ACK, what.key)
            self.open.append(what)
            return
        self._undecided.discard(about)
        self.apologies += APOLOGY in reply
        if any(words in reply for words in TOLD):
            self._deeds[about] += 1
            self.journal.note(ACK, what.key)
        else:
            self.journal.note(REJECT, what.key)


@contextmanager
def clients_of(
    folder: Path, order: Order, many: int, people_each: int, activities: int
) -> Iterator[list[Client]]:
    """Make so many clients, each with people of its own, and close their journals afterwards."""
    who = "mutant" if order.mutant else "guarded"
    clients = [
        Client(
            folder / f"{order.backend}-{who}-{many}-{number}.journal",
            range(number * people_each + 1, (number + 1) * people_each + 1),
            activities,
            f"{order.seed}:{order.backend}:{number}",
        )
        for number in range(many)
    ]
    try:
        yield clients
    finally:
        for client in clients:
            client.journal.close()


@contextmanager
def working(clients: Sequence[Working], ports: list[int]) -> Iterator[None]:
    """Let every client send while the block runs, and wait until each has had its answer."""
    stop = threading.Event()
    threads = [threading.Thread(target=each.work, args=(ports, stop)) for each in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
