"""What the rigs about sign-ups stand on: a filled database and service processes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench import hosts
from bench.district import Plan, build
from bench.hosts import Host, Launch, Running
from bench.places import Place
from bench.rigs import warm

PROCESSES = 2
"""On PostgreSQL, where a rig names no other number; SQLite is for one process."""

MUTANT = "bench.rigs.mutants:app"


@dataclass
class Stage:
    """A database, and the service processes that work on it."""

    place: Place
    backend: str
    plan: Plan
    mutant: str = ""
    url: str = ""
    processes: int = 1
    knobs: Mapping[str, str] = field(default_factory=dict)
    hosts: list[Host] = field(default_factory=list)

    @property
    def ports(self) -> list[int]:
        """Return where the processes listen; a new process listens elsewhere."""
        return [host.port for host in self.hosts]

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment of each process."""
        many = {"PROCESSES": str(self.processes)}
        return hosts.settings(self.url, self._store(), **many, **self.knobs)

    def start(self, how: Callable[[Launch], Running] = warm.start) -> Host:
        """Start one process; it is not yet ready."""
        if not self.mutant:
            return Host(hosts.SERVICE, self.place.folder, self.settings, how)
        guard = {"BENCH_MUTANT": self.mutant}
        return Host(MUTANT, self.place.folder, self.settings | guard, how)

    def replace(self, dead: Host) -> None:
        """Put a new process in the place of a dead one, and wait until it answers."""
        self.hosts[self.hosts.index(dead)] = new = self.start()
        new.wait()

    def _store(self) -> str | None:
        return None if self.backend == "sqlite" else self.place.store()


@contextmanager
def staged(
    place: Place,
    backend: str,
    plan: Plan,
    mutant: str = "",
    *,
    processes: int = PROCESSES,
    knobs: Mapping[str, str] | None = None,
) -> Iterator[Stage]:
    """Fill a database, start the processes, and stop them when the block ends.

    The first ones of the service as it is start cold, as in production; all others are forked.
    """
    many = 1 if backend == "sqlite" else processes
    url = place.empty_database(backend)
    stage = Stage(place, backend, plan, mutant, url, many, knobs or {})
    build(stage.url, plan)
    try:
        for _ in range(many):
            stage.hosts.append(stage.start(warm.start if mutant else hosts.cold))
        for host in stage.hosts:
            host.wait()
        yield stage
    finally:
        for host in stage.hosts:
            host.stop()
