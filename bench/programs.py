"""Programs of the service beside the web server, each in a process group of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


class Program:
    """`flask …` with settings of its own; ends with the block."""

    def __init__(self, settings: Mapping[str, str], *words: str) -> None:
        plain = {name: value for name, value in os.environ.items() if "NUANFENG_" not in name}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            env={**plain, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def runs(self) -> bool:
        """Tell whether it has not ended."""
        return self._process.poll() is None

    @property
    def megabytes(self) -> float:
        """Return how much memory it holds just now."""
        try:
            words = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return 0.0
        return int(words.partition("VmRSS:")[2].split()[0]) / 1024

    def pause(self) -> None:
        """Stop it in the middle of whatever it does."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        self.kill()

    def kill(self) -> None:
        """End it at once, with no time for a last word."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
