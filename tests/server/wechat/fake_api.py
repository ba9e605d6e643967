"""A stand-in for WeChat's API that answers what a test tells it to, and counts."""

import json
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN_PATH = "/cgi-bin/stable_token"


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass(frozen=True)
class Page:
    """An answer that is not a JSON object with status 200."""

    body: bytes = b"<html>502 Bad Gateway</html>"
    status: int = 200
    kind: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)


class Drop:
    """The connection is cut instead of an answer."""


class Hang:
    """No answer before the stand-in is closed."""


class Drip:
    """An answer that comes a byte at a time and never ends before the stand-in is closed."""


class Broken:
    """An answer that ends before it is whole."""


class FakeApi:
    """Answers each path from its queue; the last of a queue is given for ever after."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self.connections = 0
        self.closing = threading.Event()
        self._answers: dict[str, list[Any]] = defaultdict(list)
        self._guard = threading.Lock()

    def on(self, path: str, *answers: Any) -> None:
        """Say what to answer: a dict is JSON, a callable is asked for it."""
        with self._guard:
            self._answers[path] = list(answers)

    def tokens(self, *answers: Any) -> None:
        """Say what the token endpoint answers; a text is a token for two hours."""
        made = [
            {"access_token": each, "expires_in": 7200} if isinstance(each, str) else each
            for each in answers
        ]
        self.on(TOKEN_PATH, *made)

    def answer(self, asked: Asked) -> Any:
        with self._guard:
            self.asked.append(asked)
            queue = self._answers[asked.path]
            found = (queue.pop(0) if len(queue) > 1 else queue[0]) if queue else {"errcode": 0}
        return found(asked) if callable(found) and not isinstance(found, type) else found

    def count(self, path: str = TOKEN_PATH) -> int:
        """Return how often a path was asked for."""
        with self._guard:
            return sum(asked.path == path for asked in self.asked)

    def last(self, path: str) -> Asked:
        return [asked for asked in self.asked if asked.path == path][-1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 10
    api: FakeApi

    def setup(self) -> None:
        super().setup()
        self.api.connections += 1

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def _reply(self) -> None:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), raw)
        found = self.api.answer(asked)
        if found in (Drop, Hang, Drip, Broken):
            self._misbehave(found)
            return
        if isinstance(found, dict):
            found = Page(json.dumps(found, ensure_ascii=False).encode(), kind="application/json")
        self.send_response(found.status)
        self.send_header("Content-Type", found.kind)
        self.send_header("Content-Length", str(len(found.body)))
        for name, value in found.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(found.body)

    def _misbehave(self, how: type) -> None:
        self.close_connection = True
        if how is Hang:
            self.api.closing.wait(30)
        if how in (Drip, Broken):
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"{")
        while how is Drip and not self.api.closing.wait(0.05):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """Say nothing of a caller that hangs up."""


@contextmanager
def fake_api(context: ssl.SSLContext | None = None) -> Iterator[FakeApi]:
    """Run a stand-in on a free port until the block ends; with a context it speaks TLS."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    port = server.server_address[1]
    api = FakeApi(f"https://localhost:{port}" if context else f"http://127.0.0.1:{port}")
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    handler.api = api  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        api.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
