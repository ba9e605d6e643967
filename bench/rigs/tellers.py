"""Tellers: processes that do one dealing after the other on one database, until they are killed."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sqlalchemy.orm import Session

from bench import hosts
from bench.rigs import clockwork, deeds, unbalanced, warm
from bench.rigs.dealings import Dealing
from bench.rigs.sender import Ambiguous, Unsent
from config.settings import load_settings
from server.db import Busy
from server.errors import Mismatch, Refusal
from server.riders.rewards.means import Means
from server.runtime import Runtime

log = logging.getLogger(__name__)

READY = "ready"


class Answer(NamedTuple):
    """What came of a dealing: a number, or the code of a refusal; neither when to come again.

    `failed` names what nobody had thought of.
    """

    number: int | None = None
    refused: str = ""
    is_mismatch: bool = False
    failed: str = ""

    @property
    def is_busy(self) -> bool:
        """Tell whether nothing was done because the database was busy."""
        return self == Answer()


class Teller(Protocol):
    """Whoever does dealings."""

    def ask(self, dealing: Any, now: datetime) -> Answer:
        """Have a dealing done; raise `Ambiguous` when nobody knows, `Unsent` when nobody heard."""
        ...

    def kill(self) -> bool:
        """End it at once, whatever it is doing; tell whether it was still there."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


def means(runtime: Runtime) -> Means:
    """Return what redeeming leans on."""
    return Means(runtime.vault, runtime.limits, runtime.settings.rewards)


def answer(runtime: Runtime, dealing: Dealing, now: datetime) -> Answer:
    """Do a dealing in a transaction of its own and tell what came of it."""
    return tried(runtime, dealing, lambda s: deeds.do(s, dealing, now, means(runtime)))


def tried(runtime: Runtime, dealing: Any, do: Callable[[Session], int]) -> Answer:
    """Do something in a transaction of its own and tell what came of it."""
    try:
        with runtime.db.transaction() as session:
            number = do(session)
    except Refusal as refusal:
        return Answer(refused=refusal.code, is_mismatch=isinstance(refusal, Mismatch))
    except Busy:
        return Answer()
    except Exception as error:
        log.exception("%s failed", dealing)
        return Answer(failed=f"{dealing.kind}: {type(error).__name__} {error}"[:400])
    return Answer(number)


class Start(NamedTuple):
    """How a teller begins: with which environment, where it logs, which guard is off, its work."""

    environ: Mapping[str, str]
    log: Path
    guard: str = ""
    work: Callable[..., None] | None = None


class Process:
    """A teller in a process group of its own."""

    def __init__(self, start: Start) -> None:
        self._line, theirs = warm.CONTEXT.Pipe()
        self._process = warm.begin(
            start.environ, start.log, start.work or serve, theirs, start.guard
        )
        theirs.close()
        try:
            self._line.recv()
        except EOFError:
            raise hosts.NoStart(start.log.read_text(errors="replace")[-2000:]) from None

    def ask(self, dealing: Any, now: datetime) -> Answer:
        """Have a dealing done, unless the process dies before it has answered."""
        try:
            self._line.send((dealing, now))
        except OSError:
            raise Unsent from None
        try:
            found: Answer = self._line.recv()
        except (EOFError, OSError):
            raise Ambiguous from None
        return found

    def kill(self) -> bool:
        """End it at once, whatever it is doing; tell whether it was still there."""
        if self._process.poll() is not None:
            return False
        clockwork.kill(self._process)
        return True

    def close(self) -> None:
        """End it, and forget it."""
        self.kill()
        self._line.close()


def serve(line: "Connection[Answer | str, tuple[Dealing, datetime]]", guard: str) -> None:
    """Do what comes over the line, until it is cut."""
    runtime = Runtime.open(load_settings())
    if guard:
        unbalanced.ALL[guard](runtime.db)
    listen(line, lambda dealing, now: answer(runtime, dealing, now))


def listen(
    line: "Connection[Answer | str, tuple[Any, datetime]]",
    said: Callable[[Any, datetime], Answer],
) -> None:
    """Answer what comes over the line, until it is cut."""
    line.send(READY)
    while True:
        try:
            dealing, now = line.recv()
        except EOFError:
            return
        line.send(said(dealing, now))
