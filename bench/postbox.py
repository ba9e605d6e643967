"""`python -m bench.postbox SECONDS`: a stand-in for WeChat's API that takes pushes by the thousand.

It answers each after so many seconds, notes what it was sent, and behaves as badly as it is told to
(`/_/mode/KIND`). It prints its port when it listens.
"""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TOKEN_PATH = "/cgi-bin/stable_token"
HEAD = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
HTML = b"<html><body>502 Bad Gateway</body></html>"
OK, HANG, CUT, PAGE, STALE = "ok", "hang", "cut", "html", "40001"


class Postbox:
    """What was sent so far, how long an answer takes, and how well it behaves."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.mode = OK
        self.sent: Counter[tuple[str, str]] = Counter()
        self.calls = self.number = 0
        self.first = self.last = self.held = 0.0
        self.token, self.fetches, self.forced = 1, 0, 0

    def heard(self, path: str, query: str, body: bytes) -> tuple[bytes | None, float]:
        """Return the answer to a request, None to hang up, and after how many seconds."""
        if path.startswith("/_/mode/"):
            return self._behave(path.rpartition("/")[2]), 0.0
        if path == "/_/told":
            return self._told(), 0.0
        if path == "/_/all":
            found = [[*name, count] for name, count in self.sent.items()]
            return json.dumps(found).encode(), 0.0
        if path == TOKEN_PATH:
            return self._fetched(body), 0.0
        self.calls += 1
        return self._pushed(path, query, body)

    def _pushed(self, path: str, query: str, body: bytes) -> tuple[bytes | None, float]:
        if f"bench-token-{self.token}" not in query:
            return _error(40001), self.seconds
        if self.mode in (OK, CUT, HANG):
            self._take(path, json.loads(body))
        if self.mode == HANG:
            return b"", 3_600.0
        if self.mode == CUT:
            return None, self.seconds
        if self.mode == PAGE:
            return HTML, self.seconds
        if self.mode != OK and not (self.mode == "43101" and "subscribe" not in path):
            return _error(int(self.mode)), self.seconds
        if self.mode != OK:
            self._take(path, json.loads(body))
        return b'{"errcode":0,"errmsg":"ok","msgid":%d}' % self.number, self.seconds

    def _take(self, path: str, message: dict[str, Any]) -> None:
        what = message.get("data", {}).get("thing1", {}).get("value") or message["touser"]
        self.sent[path, what] += 1
        self.number += 1
        self.last = time.monotonic()
        self.first = self.first or self.last

    def _behave(self, mode: str) -> bytes:
        if mode == STALE:
            self.token += 1
            mode = OK
        self.mode = mode
        return b"{}"

    def _fetched(self, body: bytes) -> bytes:
        self.fetches += 1
        self.forced += bool(json.loads(body).get("force_refresh"))
        return b'{"access_token":"bench-token-%d","expires_in":7200}' % self.token

    def _told(self) -> bytes:
        doubled = sum(count - 1 for count in self.sent.values())
        found = {"sent": self.number, "doubled": doubled, "seconds": self.last - self.first}
        found |= {"calls": self.calls, "fetches": self.fetches, "forced": self.forced}
        found |= {"latency": self.held / max(1, self.calls)}
        return json.dumps(found).encode()


class Line(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, postbox: Postbox) -> None:
        self._postbox = postbox
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        """Answer when a whole request is there."""
        self._unread += data
        head, gap, rest = self._unread.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if not gap or len(rest) < length:
            return
        self._unread = rest[length:]
        path, _, query = head.split(b" ", 2)[1].decode().partition("?")
        answer, seconds = self._postbox.heard(path, query, rest[:length])
        if seconds:
            self._loop.call_later(seconds, self._answer, answer, time.monotonic())
        else:
            self._answer(answer)

    def _answer(self, body: bytes | None, since: float | None = None) -> None:
        if since is not None:
            self._postbox.held += time.monotonic() - since
        if body is None:
            self._transport.close()
        else:
            self._transport.write(HEAD % (200, len(body)) + body)


@contextmanager
def standing(seconds: float) -> Iterator[str]:
    """Run one in a process of its own while the block runs; yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.postbox", str(seconds)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()


def told(url: str) -> dict[str, Any]:
    """Ask a postbox what has happened so far."""
    found: dict[str, Any] = _ask(f"{url}/_/told")
    return found


def everything(url: str) -> dict[tuple[str, str], int]:
    """Ask a postbox how often it was sent what, by path."""
    return {(path, what): count for path, what, count in _ask(f"{url}/_/all")}


def behave(url: str, mode: str) -> None:
    """Tell a postbox how to behave from now on: ok, a code, html, hang or cut."""
    _ask(f"{url}/_/mode/{mode}")


def _ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def _error(code: int) -> bytes:
    return b'{"errcode":%d,"errmsg":"so it is rid: bench"}' % code


async def _serve(seconds: float) -> None:
    postbox = Postbox(seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(postbox), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
