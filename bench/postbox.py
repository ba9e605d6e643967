"""`python -m bench.postbox SECONDS`: a stand-in for WeChat's API that takes pushes by the thousand.

It answers each after so many seconds, counts what it was sent by receiver, and tells when the
first and the last one came (`/_/told`). It prints its port when it listens.
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

TOKEN_PATH = b"/cgi-bin/stable_token"
TOLD_PATH = b"/_/told"
OK = b'{"errcode":0,"errmsg":"ok","msgid":%d}'
TOKEN = b'{"access_token":"bench-token","expires_in":7200}'


class Postbox:
    """What was sent so far, and how long an answer takes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.sent: Counter[str] = Counter()
        self.first = self.last = 0.0
        self.number = 0

    def take(self, body: bytes) -> bytes:
        """Take a push and return the answer."""
        self.sent[json.loads(body)["touser"]] += 1
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.number += 1
        return OK % self.number

    def told(self) -> bytes:
        """Return what has happened so far."""
        doubled = sum(count - 1 for count in self.sent.values())
        found = {"sent": self.number, "doubled": doubled, "seconds": self.last - self.first}
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
        if not gap:
            return
        length = _length(head)
        if len(rest) < length:
            return
        self._unread = rest[length:]
        path = head.split(b" ", 2)[1].partition(b"?")[0]
        if path == TOKEN_PATH:
            self._answer(TOKEN)
        elif path == TOLD_PATH:
            self._answer(self._postbox.told())
        else:
            self._loop.call_later(
                self._postbox.seconds, self._answer, self._postbox.take(rest[:length])
            )

    def _answer(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % len(body) + body)


def _length(head: bytes) -> int:
    found = head.lower().partition(b"content-length:")[2]
    return int(found.partition(b"\r\n")[0] or 0)


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
    with urllib.request.urlopen(f"{url}{TOLD_PATH.decode()}", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


async def _serve(seconds: float) -> None:
    postbox = Postbox(seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(postbox), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
