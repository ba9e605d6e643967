"""Servers under test: Granian processes of our own, on free ports, with settings of their own."""

import base64
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench import letters
from bench.machine import SERVER_CORES, pinned
from tests.processes import free_port
from tools.run import service_command

PATIENCE_SECONDS = 60
SERVICE = "wsgi:app"
MANY = "1000000/minute"
AUDIENCES = ("RESIDENT", "MEMBER", "STAFF", "RIDER")


class NoStart(RuntimeError):  # noqa: N818  it says what happened
    """The server did not answer; the text ends with its last words."""


@dataclass(frozen=True)
class Launch:
    """What is to be started: a command, with which environment, and where its words go."""

    command: list[str]
    environ: Mapping[str, str]
    log: Path


class Running(Protocol):
    """A process that was started here, in a session of its own; `subprocess.Popen` is one."""

    @property
    def pid(self) -> int:
        """Return its number, which is that of its group too."""
        ...

    def poll(self) -> int | None:
        """Return its exit status once it has ended."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raise `subprocess.TimeoutExpired` if that does not come in time."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...


def cold(launch: Launch) -> Running:
    """Start a process from nothing, as production does."""
    with launch.log.open("wb") as log:
        # a session of its own: what is killed is this group and nothing else
        return subprocess.Popen(
            launch.command,
            env=launch.environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


class Host:
    """One Granian process group serving one WSGI application."""

    def __init__(
        self,
        target: str,
        folder: Path,
        settings: Mapping[str, str],
        start: Callable[[Launch], Running] = cold,
    ) -> None:
        self.port = free_port()
        self._log = folder / f"{target.rpartition('.')[2].partition(':')[0]}-{self.port}.log"
        command = [*service_command(self.port, workers=1)[:-1], target]
        self._process = start(Launch(command, environment(settings), self._log))

    def answers(self) -> bool:
        """Tell whether it takes requests; raise `NoStart` if it has ended."""
        if self._process.poll() is not None:
            raise NoStart(self._log.read_text(errors="replace")[-2000:])
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as line:
                line.request("GET", "/healthz")
                line.getresponse().read()
        except OSError:
            return False
        return True

    def wait(self) -> "Host":
        """Return when it takes requests."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.answers():
            if time.monotonic() > deadline:
                self.kill()
                raise NoStart(self._log.read_text(errors="replace")[-2000:])
            time.sleep(0.02)
        return self

    def kill(self) -> None:
        """End the whole group at once, with no time for a last word."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and make sure that it does."""
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


@contextmanager
def serving(target: str, folder: Path, settings: Mapping[str, str]) -> Iterator[int]:
    """Serve the application on the server's core while the block runs; yield the port."""
    with pinned(SERVER_CORES):
        host = Host(target, folder, settings)
    try:
        yield host.wait().port
    finally:
        host.stop()


def settings(database_url: str, redis_url: str | None = None, **more: str) -> dict[str, str]:
    """Return the environment of a service that bears invented secrets and no limits."""
    found = {
        "SECRET_KEY": "invented-for-the-benchmarks-" + "s" * 32,
        "DATA_KEY": base64.b64encode(b"b" * 32).decode(),
        "DATABASE_URL": database_url,
        "WECHAT_API_URL": "http://127.0.0.1:9",
        "LOG_LEVEL": "WARNING",
        "LIMIT_PERSON": MANY,
        "LIMIT_DEVICE": MANY,
        "LIMIT_ADDRESS": MANY,
        "LIMIT_SENSITIVE": MANY,
        "ATTENDANCE__TRIES": MANY,
        "ATTENDANCE__MISSES": MANY,
        # a run may fall into the night
        **dict.fromkeys((f"NOTICES__{who}" for who in AUDIENCES), "00:00-24:00"),
        **more,
    }
    if redis_url:
        found["REDIS_URL"] = redis_url
    for app in ("OFFICIAL", "MINIPROGRAM"):
        found |= {
            f"{app}__APP_ID": letters.APP_ID,
            f"{app}__SECRET": "invented-" + "x" * 23,
            f"{app}__TOKEN": letters.TOKEN,
            f"{app}__AES_KEY": letters.AES_KEY,
            f"{app}__ORIGINAL_ID": letters.ORIGINAL_ID,
        }
    return {f"NUANFENG_{name}": value for name, value in found.items()}


@contextmanager
def lent(settings: Mapping[str, str]) -> Iterator[None]:
    """Let this process have these settings while the block runs."""
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process with these settings, and with none that stood before."""
    return {name: value for name, value in os.environ.items() if not _ours(name)} | dict(settings)


def _ours(name: str) -> bool:
    return name.startswith("NUANFENG_") or name.startswith("GRANIAN_")
