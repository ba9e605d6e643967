"""How much is measured: all of it, or a quick look."""

from dataclasses import dataclass

from bench.contest import Bench, Effort
from bench.places import Place


@dataclass(frozen=True)
class Size:
    """Rounds, requests a round, and the history of an old database."""

    rounds: int
    requests: int
    again: int
    inbound: int
    past: int

    @property
    def words(self) -> str:
        """Say how much it is."""
        return f"{self.rounds} rounds of {self.requests:,} requests"

    def bench(self, place: Place, patience: float) -> Bench:
        """Return what the benchmarks are given."""
        effort = Effort(self.rounds, self.requests, patience, self.again)
        return Bench(place, effort, self.inbound, self.past, say=print)


FULL = Size(rounds=3, requests=2_000, again=2, inbound=1_000_000, past=100_000)
QUICK = Size(rounds=3, requests=300, again=0, inbound=20_000, past=2_000)
