"""The wire to WeChat's API: one kept-alive pool, a bound on every wait, no secret in any word."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from server.wechat import answers
from server.wechat.answers import MAX_ANSWER, Json
from server.wechat.errors import CallRejected, Oversized, Transient

CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0
CHUNK = 64 * 1024


class Http:
    """Calls to one API address. Never follows redirects and never repeats a call by itself.

    Raises the errors of `server.wechat.errors` and nothing else; their words name the path, never
    the query, and never chain an error that would. `clock` returns the UTC moment.
    """

    def __init__(self, base_url: str, clock: Callable[[], datetime]) -> None:
        self.base = base_url.rstrip("/")
        self._clock = clock
        self._pool = PoolManager(num_pools=2, maxsize=32, retries=False)

    def get(self, path: str, query: Mapping[str, str], *, seconds: float = READ_SECONDS) -> Json:
        """Ask and return the answer's JSON object; `seconds` bounds the wait for the answer."""
        return self._call("GET", path, query, None, seconds)

    def post(
        self,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any],
        *,
        seconds: float = READ_SECONDS,
    ) -> Json:
        """Send JSON and return the answer."""
        return self._call("POST", path, query, body, seconds)

    def download(self, path: str, query: Mapping[str, str], *, most: int, seconds: float) -> bytes:
        """Fetch a file of at most so many bytes; longer ones are cut off as `Oversized`.

        It comes from this API address or not at all. Where WeChat sends words instead of a file
        (JSON, or the page of a proxy), they are read as those of any other call.
        """
        deadline = time.monotonic() + seconds
        status, answer = self._exchange("GET", path, query, None, deadline, most=most)
        if status == 200 and answer.lstrip()[:1] not in (b"{", b"<", b""):
            return answer
        found = answers.read(path, status, answer, query, self._clock())
        raise CallRejected(None, f"{path}: no file but {', '.join(sorted(found))[:80]}")

    def close(self) -> None:
        """Close every kept connection."""
        self._pool.clear()

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None,
        seconds: float,
    ) -> Json:
        deadline = time.monotonic() + seconds
        try:
            status, answer = self._exchange(method, path, query, body, deadline)
        except Oversized as much:
            raise Transient(None, much.message, outcome_unknown=True) from None
        return answers.read(path, status, answer, {**query, **(body or {})}, self._clock())

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None,
        deadline: float,
        *,
        most: int = MAX_ANSWER,
    ) -> tuple[int, bytes]:
        left = max(0.05, deadline - time.monotonic())
        sent = None if body is None else answers.written(body)
        try:
            response = self._pool.request(
                method,
                address(self.base, path, query),
                body=sent,
                headers={"Content-Type": "application/json; charset=utf-8"} if sent else {},
                timeout=Timeout(connect=min(CONNECT_SECONDS, left), read=left),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            with response:
                return response.status, _bounded(path, response, deadline, most)
        except (HTTPError, OSError) as error:
            # the text of the error bears the address with its secrets: neither kept nor chained
            unsent = isinstance(error, NewConnectionError | ConnectTimeoutError)
            name = type(error).__name__
        raise answers.cut(path, name, unsent=unsent)


def address(base: str, path: str, query: Mapping[str, str]) -> str:
    """Return the whole address of a call; it bears secrets and belongs in no log."""
    return f"{base}{path}" + (f"?{urlencode(query)}" if query else "")


class _Scrub(logging.Filter):
    """urllib3 writes whole addresses into its log; ours may not contain them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = answers.scrubbed(record.getMessage()), ()
        return True


for _name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_Scrub())


def _bounded(path: str, response: BaseHTTPResponse, deadline: float, most: int) -> bytes:
    """Read the answer, but no more than allowed, nor past the deadline, however slowly it drips."""
    answer = bytearray()
    while chunk := response.read1(CHUNK):
        answer += chunk
        if len(answer) > most:
            raise Oversized(None, f"{path}: more than {most} bytes")
        if time.monotonic() > deadline:
            raise Transient(None, f"{path}: too slow an answer", outcome_unknown=True)
    return bytes(answer)
