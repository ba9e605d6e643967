"""Many calls to WeChat's API at once, each on a kept-alive line of its own, from one thread.

The same promises as `server.wechat.http`, for pushes by the thousand: a sixth of the time that the
pool of urllib3 takes for a call (`python -m bench --only deliveries`).
"""

import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import pycurl

from server.wechat import answers
from server.wechat.answers import MAX_ANSWER, Json
from server.wechat.curl import FAULTS, new_line
from server.wechat.errors import KeptBack, WechatError
from server.wechat.http import READ_SECONDS, address

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
EVENTS = (
    (pycurl.POLL_IN, selectors.EVENT_READ, pycurl.CSELECT_IN),
    (pycurl.POLL_OUT, selectors.EVENT_WRITE, pycurl.CSELECT_OUT),
)

Heard: TypeAlias = Callable[[Json | Exception], None]
"""Told what came of a call, in the thread of the lines: it must not wait for anything."""
MayLeave: TypeAlias = Callable[[], bool]
"""Asked right before a call leaves, in the thread of the lines."""


@dataclass(slots=True)
class _Call:
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    heard: Heard
    may_leave: MayLeave
    unread: memoryview = field(default_factory=lambda: memoryview(b""))
    answer: bytearray = field(default_factory=bytearray)

    def give(self, most: int) -> bytes:
        """Hand out the next piece of the body.

        libcurl sends a call again by itself when a kept line proves dead; a body that can only be
        read once keeps it from that, as soon as anything of it has left.
        """
        piece, self.unread = self.unread[:most], self.unread[most:]
        return bytes(piece)

    def take(self, piece: bytes) -> int | None:
        """Keep a piece of the answer; -1 ends the call."""
        self.answer += piece
        return -1 if len(self.answer) > MAX_ANSWER else None


class Lines:
    """At most so many lines to one API address, kept alive; close them when done.

    `post` may be called from any thread. Never follows redirects, never repeats a call by itself,
    verifies certificates. `clock` returns the UTC moment, `seconds` bounds the wait for an answer.
    """

    def __init__(
        self,
        base_url: str,
        clock: Callable[[], datetime],
        most: int,
        seconds: float = READ_SECONDS,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._clock = clock
        self._asked: deque[_Call] = deque()
        self._calls: dict[pycurl.Curl, _Call] = {}
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, most)
        self._free = [new_line(seconds) for _ in range(most)]
        self._timer: float | None = None
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)
        self._thread.start()

    def post(
        self,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any],
        heard: Heard,
        may_leave: MayLeave = lambda: True,
    ) -> None:
        """Send JSON as soon as a line is free; what comes of it, in time or not, is told once.

        One that may not leave any more by then is told as `KeptBack`.
        """
        self._asked.append(_Call(path, query, body, heard, may_leave))
        self._ring()

    def close(self) -> None:
        """Finish the calls that are under way and close every line."""
        self._closing = True
        self._ring()
        self._thread.join()
        self._multi.close()
        for line in self._free:
            line.close()
        self._selector.close()
        self._bell.close()
        self._ear.close()

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # it rings already
            self._bell.send(b"!")

    def _run(self) -> None:
        while not (self._closing and not self._calls and not self._asked):
            while self._free and self._asked:
                self._begin(self._asked.popleft())
            for key, happened in self._selector.select(self._patience()):
                if key.fileobj is self._ear:
                    self._ear.recv(4096)
                    continue
                what = sum(told for _, seen, told in EVENTS if happened & seen)
                self._multi.socket_action(key.fd, what)
            if self._timer is not None and time.monotonic() >= self._timer:
                self._timer = None
                self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
            self._collect()

    def _patience(self) -> float:
        if self._timer is None:
            return IDLE_SECONDS
        return max(0.0, self._timer - time.monotonic())

    def _begin(self, call: _Call) -> None:
        if not call.may_leave():
            call.heard(KeptBack(None, f"{call.path}: kept back"))
            return
        line = self._free.pop()
        try:
            self._start(line, call)
        except Exception as mistake:
            # one call that cannot be made must not end all others
            log.exception("wechat %s cannot be called", call.path)
            self._free.append(line)
            call.heard(mistake)

    def _start(self, line: pycurl.Curl, call: _Call) -> None:
        body = answers.written(call.body)
        call.unread = memoryview(body)
        line.setopt(pycurl.URL, address(self._base, call.path, call.query))
        line.setopt(pycurl.POSTFIELDSIZE, len(body))
        line.setopt(pycurl.READFUNCTION, call.give)
        line.setopt(pycurl.WRITEFUNCTION, call.take)
        self._multi.add_handle(line)
        self._calls[line] = call

    def _collect(self) -> None:
        """Tell what came of the calls that have ended."""
        left = 1
        while left:
            left, good, bad = self._multi.info_read()
            for line in good:
                self._end(line, None)
            for line, code, _words in bad:
                # the words bear the address with its secrets
                self._end(line, code)

    def _end(self, line: pycurl.Curl, code: int | None) -> None:
        self._multi.remove_handle(line)
        call = self._calls.pop(line)
        self._free.append(line)
        call.heard(self._outcome(line, call, code))

    def _outcome(self, line: pycurl.Curl, call: _Call, code: int | None) -> Json | Exception:
        if code is not None:
            unsent = line.getinfo(pycurl.REQUEST_SIZE) == 0
            return answers.cut(call.path, FAULTS.get(code, f"fault {code}"), unsent=unsent)
        status = line.getinfo(pycurl.RESPONSE_CODE)
        hidden = {**call.query, **call.body}
        try:
            return answers.read(call.path, status, bytes(call.answer), hidden, self._clock())
        except WechatError as error:
            return error.with_traceback(None)

    def _watch(self, what: int, fd: int, _multi: object, _data: object) -> None:
        """Look at a socket as libcurl asks."""
        known = fd in self._selector.get_map()
        if what == pycurl.POLL_REMOVE:
            if known:
                self._selector.unregister(fd)
            return
        events = sum(seen for asked, seen, _ in EVENTS if what & asked)
        (self._selector.modify if known else self._selector.register)(fd, events)

    def _set_timer(self, milliseconds: int) -> None:
        self._timer = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000
