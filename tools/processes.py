"""Programs that were started here, are watched here, and end with the one who started them."""

import ctypes
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.environment import CannotRun

GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1


class Child:
    """One program, its log and the address at which it answers when it is up."""

    def __init__(
        self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path, url: str
    ) -> None:
        self.name, self.log, self.url = name, log, url
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                command, env=environ, stdout=file, stderr=file, preexec_fn=_end_with_parent
            )

    def status(self) -> int | None:
        """Return the exit status, or nothing while it runs."""
        return self.process.poll()

    def answers(self) -> bool:
        """Tell whether it answers its address with 200."""
        try:
            with _direct.open(self.url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def last_words(self) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def stop_all(children: Sequence[Child]) -> None:
    """Ask every program to end, and end those that do not; Ctrl-C is deaf meanwhile."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        if child.status() is None:
            child.process.terminate()
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def require_free(name: str, port: int) -> None:
    """Refuse a port that somebody listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotRun(
                f"Port {port} cannot be used ({error.strerror}): stop the program that uses it, "
                f"or choose another, for example `make run {name}={port + 100}`."
            ) from None


def _end_with_parent() -> None:
    """Let the kernel end this program when its parent is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


# never through a proxy: the addresses are our own
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
