"""The load generator: one thread, kept-alive connections, requests made ready beforehand.

A closed loop: each connection sends its next request when it has its answer. That measures how
much a server can do; under more load than that, latencies here are flattered.
"""

import re
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
GIVE_UP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request, and after how many seconds; status 0 is a cut line."""

    status: int
    body: bytes
    seconds: float


@dataclass(slots=True)
class _Line:
    """One connection and the request it waits for."""

    socket: socket.socket
    place: int = -1
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)


def fire(port: int, requests: Sequence[bytes], connections: int = 16) -> tuple[list[Answer], float]:
    """Send every request and return the answers in the same order, and the seconds it all took."""
    volley = _Volley(port, requests)
    begun = time.perf_counter()
    volley.run(connections)
    return volley.answers, time.perf_counter() - begun


class _Volley:
    """Requests on their way over several connections at once."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self._port = port
        self._requests = requests
        self._places = iter(range(len(requests)))
        self._selector = selectors.DefaultSelector()
        self.answers = [Answer(0, b"", 0.0)] * len(requests)

    def run(self, connections: int) -> None:
        """Send all, over so many connections, and wait for the answers."""
        with self._selector:
            for _ in range(min(connections, len(self._requests))):
                self._open()
            while self._selector.get_map():
                ready = self._selector.select(GIVE_UP_SECONDS)
                if not ready:
                    raise TimeoutError("the server has stopped answering")
                for key, _events in ready:
                    self._receive(key.data)

    def _open(self) -> None:
        line = socket.create_connection(("127.0.0.1", self._port), timeout=GIVE_UP_SECONDS)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened = _Line(line)
        self._selector.register(line, selectors.EVENT_READ, opened)
        self._next(opened)

    def _close(self, line: _Line) -> None:
        self._selector.unregister(line.socket)
        line.socket.close()

    def _next(self, line: _Line) -> None:
        """Give the connection its next request, or close it when none is left."""
        place = next(self._places, None)
        if place is None:
            self._close(line)
            return
        line.place = place
        line.received.clear()
        line.sent_at = time.perf_counter()
        line.socket.sendall(self._requests[place])

    def _receive(self, line: _Line) -> None:
        chunk = _chunk(line.socket)
        if not chunk:
            self._close(line)
            self.answers[line.place] = Answer(0, b"", time.perf_counter() - line.sent_at)
            self._open()
            return
        line.received += chunk
        whole = _whole(line.received)
        if whole is not None:
            self.answers[line.place] = Answer(*whole, time.perf_counter() - line.sent_at)
            self._next(line)


def _chunk(line: socket.socket) -> bytes:
    try:
        return line.recv(65536)
    except OSError:
        return b""


def _whole(received: bytearray) -> tuple[int, bytes] | None:
    """Return status and body once all of the answer is there."""
    head_ends = received.find(HEAD_END)
    if head_ends < 0:
        return None
    found = LENGTH.search(received, 0, head_ends + 2)
    if found is None:
        raise ValueError("an answer without a length")
    body_at = head_ends + len(HEAD_END)
    body_ends = body_at + int(found[1])
    if len(received) < body_ends:
        return None
    return int(received[9:12]), bytes(received[body_at:body_ends])


def get(port: int, path: str, headers: str = "") -> bytes:
    """Return a GET request as it goes over the wire; `headers` are whole lines."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode()


def post(
    port: int, path: str, body: bytes, content_type: str = "text/xml", headers: str = ""
) -> bytes:
    """Return a POST request as it goes over the wire; `headers` are whole lines."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    )
    return head.encode() + body
