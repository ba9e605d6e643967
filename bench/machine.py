"""The machine a run stands on: its cores, what else it is busy with, and its name."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
SERVER_CORES = set(CORES[:1])
OTHER_CORES = set(CORES[1:2]) or SERVER_CORES
QUIET = 0.10
"""Share of all cores that others may use while something is measured."""

PACKAGES = ("granian", "flask", "sqlalchemy", "psycopg", "wechatpy", "werobot")
TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def pinned(cores: set[int]) -> Iterator[None]:
    """Keep this thread, and whatever it starts meanwhile, on these cores."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass
class Watch:
    """How much of the machine others used between `start` and `stop`, from 0 to 1."""

    foreign: float = 0.0
    _begun: tuple[float, int, int] = field(default=(0.0, 0, 0))

    def start(self) -> "Watch":
        """Begin to watch."""
        self._begun = _spent()
        return self

    def stop(self) -> "Watch":
        """Stop and work the share out; a process of ours that ended meanwhile counts as foreign."""
        seconds, busy, own = (now - then for now, then in zip(_spent(), self._begun, strict=True))
        capacity = max(1.0, seconds * TICK * max(1, os.cpu_count() or 1))
        self.foreign = min(1.0, max(0.0, (busy - own) / capacity))
        return self

    @property
    def quiet(self) -> bool:
        """Tell whether the figures taken meanwhile may be trusted."""
        return self.foreign <= QUIET


def wait_for_quiet(patience: float) -> bool:
    """Wait until nobody else is busy, at most so many seconds; tell whether it came true."""
    deadline = time.monotonic() + patience
    while True:
        watch = Watch().start()
        time.sleep(0.5)
        if watch.stop().quiet:
            return True
        if time.monotonic() >= deadline:
            return False


def words() -> list[str]:
    """Return what a reader must know of the machine to judge the figures."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, {packages}",
        _pins(),
    ]


def _pins() -> str:
    if len(CORES) < 2:
        return "nothing was pinned: this machine has one core, or cannot pin"
    return (
        f"pinned: the server under test (1 process, 16 threads) on core {CORES[0]}; the load "
        f"generator (1 thread) and PostgreSQL on core {CORES[1]}"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _spent() -> tuple[float, int, int]:
    """Return the time, and the ticks spent by everybody and by this process and its children."""
    return time.monotonic(), _busy(), sum(_ticks(pid) for pid in _family())


def _busy() -> int:
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0
    ticks = [int(word) for word in stat.read_text().split("\n", 1)[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4]


def _family() -> set[int]:
    """Return this process and all that descend from it."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(folder.name))
        if fields:
            parents[int(folder.name)] = int(fields[1])
    family = {os.getpid()}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return family


def _ticks(pid: int) -> int:
    fields = _fields(pid)
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) if fields else 0


def _fields(pid: int) -> list[str]:
    """Return the words of /proc/…/stat behind the name, which may itself contain blanks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
