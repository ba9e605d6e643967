"""`make run` from start to end: two programs, one life."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from tests.processes import free_port
from tests.rules.tree import ROOT
from tools import environment

pytestmark = pytest.mark.once
PATIENCE_SECONDS = 60


class Run:
    """One `make run` in a folder of its own, on free ports."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        self.ports = {"PORT": str(free_port()), "EMULATOR_PORT": str(free_port())}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self.ports, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def said_until(self, words: str) -> str:
        """Read what it says until these words stand in it, or it ends."""
        said = ""
        for line in self.process.stdout:
            said += line
            if words in said:
                break
        return said

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        if self.process.poll() is None:
            self.end()
        self.process.stdout.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(**environ: str) -> Run:
        runs.append(Run(tmp_path, **environ))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_both_answer_and_both_end(start: Callable[..., Run]) -> None:
    run = start()

    said = run.said_until("Ctrl-C")
    told = environment.read(run.folder / "var" / "development.env")

    assert run.url("PORT") in said
    assert run.url("EMULATOR_PORT") in said
    links = re.findall(r"http://\S+/console/invitation/\S+", said)
    assert [answers(link) for link in links] == [True] * 6
    assert told["NUANFENG_PUBLIC_URL"] == run.url("PORT")
    assert answers(run.url("PORT") + "/healthz")
    assert answers(run.url("PORT") + "/readyz")
    assert answers(run.url("EMULATOR_PORT") + "/")
    started = run.children()
    assert run.end() == 0
    assert not answers(run.url("PORT") + "/healthz")
    assert not [child for child in started if child.is_running()]


def test_when_one_dies_the_other_is_stopped(start: Callable[..., Run]) -> None:
    run = start()
    run.said_until("Ctrl-C")
    started = run.children()

    [emulator] = [child for child in started if "emulator" in child.cmdline()]
    emulator.kill()
    rest = run.process.stdout.read()

    assert run.process.wait(PATIENCE_SECONDS) == 1
    assert "the emulator has ended" in rest
    assert not [child for child in started if child.is_running()]


def test_nothing_is_left_when_it_is_killed(start: Callable[..., Run]) -> None:
    run = start()
    run.said_until("Ctrl-C")
    started = run.children()

    run.end(signal.SIGKILL)

    assert started
    assert eventually(lambda: not any(child.is_running() for child in started))


def test_a_port_in_use_is_told_in_a_sentence(start: Callable[..., Run]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        taken = str(somebody.getsockname()[1])
        run = start(PORT=taken)
        said = run.process.stdout.read()

    assert run.process.wait(PATIENCE_SECONDS) == 1
    assert f"Port {taken} cannot be used" in said
    assert "Traceback" not in said


def test_a_bad_setting_is_told_in_a_sentence(start: Callable[..., Run]) -> None:
    run = start(NUANFENG_DATABASE_ULR="sqlite:///x.db")

    said = run.process.stdout.read()

    assert run.process.wait(PATIENCE_SECONDS) == 1
    assert "NUANFENG_DATABASE_ULR" in said
    assert "Traceback" not in said
