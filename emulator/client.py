"""The mini-program's side of HTTPS: logs in with a code, keeps the token, calls the REST API."""

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from emulator.journal import OUT, Exchange, Request, Response, raw_text, stamp
from emulator.people import Person
from emulator.wire import Silent, Wire
from emulator.world import World

API = "/api/v1/"
SECONDS = 15.0
OWN_HEADERS = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "upgrade", "expect", "te")
)
_BARE = "/?&=%:+,;@!$'()*~-._"
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_VALUE = re.compile(r"[\x20-\x7e]{0,1000}")


class BadCall(Exception):  # noqa: N818  a fact about the request
    """The phone does not send such a request; the text says why."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the mini-program's code asks for; refuses to leave the REST API."""

    method: str
    path: str
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        path = re.sub("%2e", ".", self.path.partition("?")[0], flags=re.I).lower()
        if not path.startswith(API) or ".." in path.split("/") or re.search("%2f|%5c", path):
            raise BadCall("only paths under /api/v1/ are called")
        for name, value in self.headers.items():
            if not _HEADER.fullmatch(name) or not _VALUE.fullmatch(value):
                raise BadCall("a header is malformed")
            if name.lower() in OWN_HEADERS:
                raise BadCall("this header is the phone's own")


class Client:
    """Calls the service for any person, one login at a time for each."""

    def __init__(self, world: World, wire: Wire) -> None:
        self.world = world
        self.wire = wire
        self._logins: dict[str, threading.Lock] = {}

    def call(self, person: Person, call: Call) -> dict[str, Any]:
        """Send the request as this person; logs in first, and again after a 401.

        Raises `Silent` when the service does not answer.
        """
        if any(name.lower() == "authorization" for name in call.headers):
            return self._send(call)
        bearer = person.bearer
        if bearer is None:
            refused = self._login(person, None)
            if refused is not None:
                return refused
            bearer = person.bearer
        answer = self._send(_signed(call, bearer))
        if answer["status"] != 401:
            return answer
        refused = self._login(person, bearer)
        return refused if refused is not None else self._send(_signed(call, person.bearer))

    def _login(self, person: Person, stale: str | None) -> dict[str, Any] | None:
        with self.world.lock:
            lock = self._logins.setdefault(person.id, threading.Lock())
        with lock:
            if person.bearer != stale:
                return None
            with self.world.lock:
                code = login_code(self.world, person)
            answer = self._send(Call("POST", f"{API}login", {"code": code}))
            body = answer["body"]
            token = body.get("token") if isinstance(body, dict) else None
            if answer["status"] not in (200, 201) or not isinstance(token, str):
                return answer
            person.bearer = token
            return None

    def _send(self, call: Call) -> dict[str, Any]:
        url = self.world.settings.service_url + quote(call.path, safe=_BARE)
        headers = {"Accept": "application/json", "User-Agent": "MicroMessenger/8.0 miniProgram"}
        headers |= call.headers
        body = b""
        if call.body is not None:
            body = json.dumps(call.body, ensure_ascii=False).encode()
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
        with self.world.lock:
            now, exchange = self.world.clock.now(), self.world.journal.next_id()
        begun = time.monotonic()
        request = Request(call.method, url, headers, raw_text(body))
        response = Response(0, {}, "")
        try:
            answer = self.wire.send(call.method, url, headers, body, SECONDS)
            response = Response(answer.status, answer.headers, raw_text(answer.body))
        except Silent as silence:
            response = Response(0, {}, str(silence))
            raise
        finally:
            title = f"小程序 {call.method} {call.path.partition('?')[0]}"
            took = int((time.monotonic() - begun) * 1000)
            kept = Exchange(exchange, title[:120], request, response, took, OUT, stamp(now))
            with self.world.lock:
                self.world.journal.keep(kept)
        return {"status": answer.status, "body": _body(answer.body), "exchange": exchange}


def login_code(world: World, person: Person) -> str:
    """Return a code as `wx.login` does; the session key changes with it."""
    now = world.clock.now()
    person.last_visit = now
    person.session_key = world.ids.fresh("session", 22).replace("-", "+").replace("_", "/") + "=="
    return world.codes.make(person, "login", now)


def _signed(call: Call, bearer: str | None) -> Call:
    headers = {**call.headers, "Authorization": f"Bearer {bearer}"}
    return Call(call.method, call.path, call.body, headers)


def _body(raw: bytes) -> object:
    try:
        return json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return raw_text(raw)
