"""The doors other than chat: what a mini-program and a console send, one connection each."""

import http.client
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.clerks import CSRF, Clerk
from bench.rigs.sender import REPLY_SECONDS, Ambiguous, Unsent

IN_FLIGHT = "request.in_flight"
COOKIE = re.compile(r"([^=;\s]+=[^;]*)")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: str
    cookie: str


def call(port: int, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
    """Send one request; raise `Unsent` when nobody took it, `Ambiguous` when nobody can know."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=REPLY_SECONDS)
    try:
        line.connect()
    except OSError as error:
        raise Unsent from error
    try:
        line.request(method, path, body.encode(), headers)
        answer = line.getresponse()
        said = answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise Ambiguous(type(error).__name__) from error
    finally:
        line.close()
    if answer.status >= 500:
        raise Ambiguous(f"HTTP {answer.status}")
    found = COOKIE.match(answer.getheader("Set-Cookie") or "")
    return Answer(answer.status, said, found[1] if found else "")


@dataclass(frozen=True)
class App:
    """Somebody's mini-program."""

    token: str

    def post(self, port: int, path: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        """Send under an idempotency key; return what was answered, or None for a refusal."""
        return self.ask(port, "POST", path, body, key)

    def ask(
        self, port: int, method: str, path: str, body: dict[str, Any], key: str
    ) -> dict[str, Any] | None:
        """Do the same by any method; only a POST bears the key and a body."""
        headers, words = {"Authorization": f"Bearer {self.token}"}, ""
        if method == "POST":
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
            words = json.dumps(body)
        answer = call(port, method, f"/api/v1{path}", words, headers)
        told: dict[str, Any] = json.loads(answer.body)
        if answer.status == 409 and told.get("code") == IN_FLIGHT:
            raise Ambiguous(IN_FLIGHT)
        return told if answer.status == 200 else None


class Console:
    """A clerk's browser; what it keeps outlives the process that gave it."""

    def __init__(self, clerk: Clerk) -> None:
        self.clerk = clerk
        self._kept: tuple[str, str] | None = None

    def post(self, port: int, path: str, fields: dict[str, str]) -> bool:
        """Send a form; tell whether it was taken, which leads on to another page."""
        token, cookie = self._form(port)
        headers = {
            "Cookie": f"console={self.clerk.token}; {cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({"csrf_token": token, **fields})
        answer = call(port, "POST", f"/console{path}", body, headers)
        if answer.status == 400:
            raise RuntimeError(f"the console took no form: {answer.body[-800:]}")
        return answer.status == 303

    def _form(self, port: int) -> tuple[str, str]:
        if self._kept is None:
            headers = {"Cookie": f"console={self.clerk.token}"}
            page = call(port, "GET", "/console/account", "", headers)
            found = CSRF.search(page.body)
            if found is None:
                raise RuntimeError(f"no token in a page of the console: HTTP {page.status}")
            self._kept = found[1], page.cookie
        return self._kept
