"""The equal routes of coming and going, as deeds that may be repeated."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol

from bench import hosts, letters
from bench.rigs.doors import App, Console
from bench.rigs.hands import Deed
from bench.rigs.scene import Cast, Running
from bench.rigs.sender import LATER, Ambiguous, Line, Message, message
from config.wording import LOCAL
from server.people.vault import Vault
from server.volunteers.attendance import codes
from server.volunteers.attendance.codes import Direction

IN, OUT = "in", "out"
CODE = re.compile(r"[0-9]{8}")
_keys = count(1)


class Placed(Protocol):
    """Whatever takes place: all one needs for a code is the number of the shift."""

    @property
    def shift_id(self) -> int:
        """Return which shift it is."""
        ...


@dataclass(frozen=True)
class Routes:
    """Makes deeds for the people of a cast; `leader` marks on the roster and types codes."""

    cast: Cast
    console: Console
    vault: Vault

    @classmethod
    def of(cls, cast: Cast) -> "Routes":
        """Return the routes of these people."""
        key = hosts.settings("")["NUANFENG_DATA_KEY"]
        return cls(cast, Console(cast.clerk), Vault(key))

    def typed(self, person: int, shift: Placed) -> Deed:
        """Type the code of the screen in chat."""
        digits = codes.show(shift.shift_id, Direction.IN, _now(), self.vault).digits
        what = message(letters.openid(person), f"签到 {digits}")
        return Deed(
            what.key, (IN, person, shift.shift_id), lambda port: "已签到" in said(port, what)
        )

    def scanned(self, person: int, shift: Placed) -> Deed:
        """Scan the code of the screen with the mini-program."""
        text = codes.show(shift.shift_id, Direction.IN, _now(), self.vault).text
        return self._app(person, (IN, person, shift.shift_id), "/attendance/check-in", code=text)

    def own_code(self, person: int, shift: Running, port: int) -> Deed:
        """Show one's own code; the leader types it. The code is asked for first, by chat."""
        found = CODE.search(said(port, message(letters.openid(person), "出示")))
        code = found[0] if found else "00000000"
        return self._led((IN, person, shift.shift_id), f"/shifts/{shift.shift_id}/people", who=code)

    def roster(self, person: int, shift: Running, did: str = "came") -> Deed:
        """Let the leader mark the person on the roster."""
        way = OUT if did == "left" else IN
        marks = [{"signup_id": str(shift.signups[person]), "did": did}]
        path = f"/shifts/{shift.shift_id}/roster"
        return self._led((way, person, shift.shift_id), path, marks=marks)

    def paper(self, person: int, shift: Running) -> Deed:
        """Key in a line of a paper list: came with the start, left some minutes ago."""
        left_at = _now() - timedelta(minutes=2)
        fields = {
            "signup": str(shift.signups[person]),
            "in_at": _clock(shift.starts_at + timedelta(minutes=1)),
            "out_at": _clock(left_at),
            "evidence": "纸质签到表第1页",
        }
        path = f"/shifts/{shift.shift_id}/paper"
        return Deed(
            f"paper:{next(_keys)}",
            (IN, person, shift.shift_id, "paper"),
            lambda port: self.console.post(port, path, fields),
        )

    def leaves(self, person: int, shift: Placed) -> Deed:
        """Scan the code for leaving."""
        text = codes.show(shift.shift_id, Direction.OUT, _now(), self.vault).text
        return self._app(person, (OUT, person, shift.shift_id), "/attendance/check-out", code=text)

    def _app(self, person: int, about: tuple[Any, ...], path: str, **body: Any) -> Deed:
        app, key = App(self.cast.tokens[person]), f"bench-{next(_keys)}"
        return Deed(key, about, lambda port: app.post(port, path, body, key) is not None)

    def _led(self, about: tuple[Any, ...], path: str, **body: Any) -> Deed:
        app, key = App(self.cast.tokens[self.cast.clerk.person_id]), f"bench-{next(_keys)}"

        def send(port: int) -> bool:
            told = app.post(port, path, body, key)
            return told is not None and all(one["taken"] for one in told.get("items", ()))

        return Deed(key, about, send)


def said(port: int, what: Message) -> str:
    """Send a message and return the reply; what will follow is not known yet."""
    line = Line(port)
    try:
        reply = line.send(what)
    finally:
        line.close()
    if LATER in reply:
        raise Ambiguous(LATER)
    return reply


def _now() -> datetime:
    return datetime.now(UTC)


def _clock(moment: datetime) -> str:
    return moment.astimezone(LOCAL).strftime("%H:%M")
