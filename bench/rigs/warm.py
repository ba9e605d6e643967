"""Processes that begin at once: forked from one that has read all the code and done nothing else.

A cold start spends two to three seconds of a core on reading code, and that is most of what a
kill costs a rig. The fork server of the standard library reads it once a run. It has one thread,
no connection and no setting of ours (`bench.rigs.loaded`); whatever it forks opens all for itself,
and is the head of a session of its own, so that it is killed with its whole group and nobody else.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from granian.cli import entrypoint as granian

from bench.hosts import Launch, Running

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["bench.rigs.loaded", "bench.rigs.warm"])


class Warm:
    """A forked process, spoken to as one speaks to `subprocess.Popen`."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        process.start()

    @property
    def pid(self) -> int:
        """Return its number, which is that of its group once it has begun."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return its exit status once it has ended."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raise `subprocess.TimeoutExpired` if that does not come in time."""
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return status

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()


def start(launch: Launch) -> Running:
    """Start what the launch names: a command of `python -m granian`."""
    module = launch.command.index("granian")
    return begin(launch.environ, launch.log, _serve, launch.command[module + 1 :])


def begin(
    environ: Mapping[str, str], log: Path, work: Callable[..., object], *given: Any
) -> Running:
    """Start a process that does this work and then ends."""
    log.touch()
    return Warm(CONTEXT.Process(target=_begin, args=(dict(environ), log, work, *given)))


def _begin(environ: dict[str, str], log: Path, work: Callable[..., object], *given: Any) -> None:
    os.setsid()
    kept = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for words in (1, 2):
        os.dup2(kept, words)
    os.close(kept)
    os.environ.clear()
    os.environ.update(environ)
    work(*given)


def _serve(words: list[str]) -> None:
    # as it stands in production: Granian forks its worker
    multiprocessing.set_start_method("fork", force=True)
    sys.argv = ["granian", *words]
    granian()  # type: ignore[no-untyped-call]  # it bears no hints
