"""The smallest stand-in for WeChat's API: hands out tokens, counts, and refuses if told to."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN_PATH = "/cgi-bin/stable_token"
ANSWERS_AFTER_SECONDS = 0.05


class StandIn(ThreadingHTTPServer):
    """Counts calls by path; with `refusing`, every call with a token is answered 40001."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *, refusing: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refusing = refusing
        self.calls: Counter[str] = Counter()
        self.turn = threading.Lock()

    @property
    def url(self) -> str:
        """Return the address of the API."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def fetches(self) -> int:
        """Return how many tokens were asked for."""
        return self.calls[TOKEN_PATH]


@contextmanager
def answering(*, refusing: bool = False) -> Iterator[StandIn]:
    """Answer from threads of this process while the block runs."""
    server = StandIn(refusing=refusing)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandIn

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.turn:
            self.server.calls[path] += 1
            count = self.server.calls[path]
        time.sleep(ANSWERS_AFTER_SECONDS)
        self._answer(self._said(path, count))

    def _said(self, path: str, count: int) -> dict[str, Any]:
        if path == TOKEN_PATH:
            return {"access_token": f"bench-token-{count}", "expires_in": 7200}
        if self.server.refusing:
            return {"errcode": 40001, "errmsg": "invalid credential rid: bench"}
        return {"errcode": 0, "errmsg": "ok"}

    def _answer(self, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
