"""kill -9 of a service process while clients are at work, and what came of it afterwards."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.rigs import books
from bench.rigs.clients import Working, working
from bench.rigs.journal import Journal
from bench.rigs.stage import Stage

EARLIEST, LATEST = 0.05, 0.6
"""Seconds from the first answer under load to the kill."""
PATIENCE_SECONDS = 20


class Undecided(Protocol):
    """Something sent of which nobody knows what became of it."""

    @property
    def key(self) -> str:
        """Return under which key it is kept."""
        ...


class Killed(Working, Protocol):
    """Whoever sends, and brings again what is undecided."""

    @property
    def open(self) -> Sequence[Undecided]:
        """Return what is undecided."""
        ...

    @property
    def journal(self) -> Journal:
        """Return what they know of each."""
        ...

    def replay(self, port: int) -> dict[str, str]:
        """Bring it again and return what was said, by key."""
        ...


@dataclass
class Tally:
    """What was seen on the way."""

    kills: int = 0
    ambiguous: int = 0
    had_been_stored: int = 0
    unequal: int = 0
    stubborn: int = 0
    recovery: list[float] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, int]:
        """Return what tells how hard it was tried."""
        middle = sorted(self.recovery)[len(self.recovery) // 2] if self.recovery else 0.0
        return {
            "kills": self.kills,
            "ambiguous": self.ambiguous,
            "of them stored before the replay": self.had_been_stored,
            "median recovery ms": round(middle * 1000),
        }


def kill_one(
    stage: Stage,
    clients: Sequence[Killed],
    chance: random.Random,
    tally: Tally,
    latest: float = LATEST,
) -> None:
    """Kill a process while all are at work, put another in its place, and bring all again."""
    victim = chance.choice(stage.hosts)
    before = _heard(clients)
    with working(clients, stage.ports):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _heard(clients) == before and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(chance.uniform(EARLIEST, latest))
        victim.kill()
        tally.kills += 1
        # another process goes on alone for a moment, as it would
        time.sleep(0.05)
    begun = time.monotonic()
    stage.replace(victim)
    tally.recovery.append(time.monotonic() - begun)
    replay(stage, clients, tally)


def _heard(clients: Sequence[Killed]) -> int:
    """Return how much has been answered by now."""
    return sum(client.journal.heard for client in clients)


def replay(stage: Stage, clients: Sequence[Killed], tally: Tally) -> None:
    """Bring every undecided message again; whoever has stored it must say the same again."""
    undecided = [what.key for client in clients for what in client.open]
    before = books.kept(stage.url, undecided)
    tally.ambiguous += len(undecided)
    tally.had_been_stored += len(before)
    for client in clients:
        replies = client.replay(stage.ports[0])
        tally.unequal += sum(1 for key, said in replies.items() if before.get(key, said) != said)
        tally.stubborn += len(client.open)
