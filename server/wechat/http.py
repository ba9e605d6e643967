"""The wire to WeChat's API: one kept-alive pool, a bound on every wait, no secret in any word."""

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from server.wechat.errors import Misconfigured, Transient, of_code

log = logging.getLogger(__name__)

CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0
MAX_ANSWER = 1024 * 1024
CHUNK = 64 * 1024

SECRETS = ("access_token", "secret", "js_code", "code", "session_key", "appsecret")
IN_ADDRESS = re.compile(rf"\b({'|'.join(SECRETS)})=[^&\s\"']+")

Json = dict[str, Any]


class Http:
    """Calls to one API address. Never follows redirects and never repeats a call by itself.

    Raises the errors of `server.wechat.errors` and nothing else; their words name the path, never
    the query, and never chain an error that would. `clock` returns the UTC moment.
    """

    def __init__(self, base_url: str, clock: Callable[[], datetime]) -> None:
        self._base = base_url.rstrip("/")
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
        """Send JSON in plain UTF-8 (escapes confuse some of WeChat's menus), return the answer."""
        return self._call("POST", path, query, body, seconds)

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
        started = time.monotonic()
        status, answer = self._exchange(method, path, query, body, started + seconds)
        found = _object(path, status, answer)
        code = _code(path, found)
        if code == 0 and status < 500:
            return found
        if code == 0:
            raise Transient(None, f"{path}: HTTP {status}", outcome_unknown=True)
        hidden = {**query, **(body or {})}
        error = of_code(code, _without(str(found.get("errmsg", "")), hidden), self._clock())
        log.info("wechat %s: code %s, rid %s", path, code, error.rid or "none")
        raise error

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None,
        deadline: float,
    ) -> tuple[int, bytes]:
        left = max(0.05, deadline - time.monotonic())
        address = f"{self._base}{path}" + (f"?{urlencode(query)}" if query else "")
        sent = (
            None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
        )
        try:
            response = self._pool.request(
                method,
                address,
                body=sent,
                headers={"Content-Type": "application/json; charset=utf-8"} if sent else {},
                timeout=Timeout(connect=min(CONNECT_SECONDS, left), read=left),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            with response:
                return response.status, _bounded(path, response, deadline)
        except (HTTPError, OSError) as error:
            # the text of the error bears the address with its secrets: neither kept nor chained
            unsent = isinstance(error, NewConnectionError | ConnectTimeoutError)
            name = type(error).__name__
        log.warning("wechat %s: %s", path, name)
        raise Transient(None, f"{path}: {name}", outcome_unknown=not unsent)


def scrubbed(words: str) -> str:
    """Return the words with the values of secret query parameters blotted out."""
    return IN_ADDRESS.sub(r"\1=***", words)


class _Scrub(logging.Filter):
    """urllib3 writes whole addresses into its log; ours may not contain them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrubbed(record.getMessage()), ()
        return True


for _name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_Scrub())


def _bounded(path: str, response: BaseHTTPResponse, deadline: float) -> bytes:
    """Read the answer, but at most 1 MiB and not past the deadline, however slowly it drips."""
    answer = b""
    while chunk := response.read1(CHUNK):
        answer += chunk
        if len(answer) > MAX_ANSWER or time.monotonic() > deadline:
            raise Transient(None, f"{path}: too long an answer", outcome_unknown=True)
    return answer


def _object(path: str, status: int, answer: bytes) -> Json:
    try:
        found = json.loads(answer.decode())
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    if status in (404, 405) or 300 <= status < 400:
        raise Misconfigured(None, f"{path}: HTTP {status}, is this WeChat's address?")
    unknown = status < 400 or status >= 500
    raise Transient(None, f"{path}: HTTP {status} without JSON", outcome_unknown=unknown)


def _code(path: str, found: Json) -> int:
    """Return the errcode, which may be a number, its text, or absent on success."""
    try:
        return int(found.get("errcode") or 0)
    except (TypeError, ValueError, OverflowError):
        raise Transient(None, f"{path}: unreadable errcode", outcome_unknown=True) from None


def _without(words: str, hidden: Mapping[str, Any]) -> str:
    """Return what WeChat says without the secrets that we have sent, should it repeat them."""
    for name in SECRETS:
        value = hidden.get(name)
        if isinstance(value, str) and value:
            words = words.replace(value, "***")
    return scrubbed(words)
