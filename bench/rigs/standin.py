"""Standing in that begins and ends again and again, and whether the colleague acted outside it."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bench.rigs.doors import Console
from config.wording import LOCAL
from server.db import Database
from server.people.models import Post


class StandIn:
    """One post that is handed over and taken back, one after the other.

    A spell lasts from when somebody asks for it until its end is acknowledged, by one clock. What
    the colleague does counts as outside only if it neither began nor ended within any spell.
    """

    def __init__(self, database: Database, owner: int, colleague: int) -> None:
        self.spells: list[tuple[float, float]] = []
        self.deeds: list[tuple[float, float]] = []
        self._database = database
        self._owner = owner
        self._colleague = colleague
        self._begun: float | None = None
        self._turn = threading.Lock()

    @property
    def outside(self) -> int:
        """Return how many deeds of the colleague were taken although they did not stand in."""
        spells = [*self.spells, (self._begun or float("inf"), float("inf"))]
        return sum(
            1
            for sent, taken in self.deeds
            if not any(begun <= taken and sent <= ended for begun, ended in spells)
        )

    def begin(self, console: Console, port: int) -> bool:
        """Hand over until tomorrow, unless that holds by now."""
        with self._turn:
            if self._begun is not None:
                return False
            today = datetime.now(UTC).astimezone(LOCAL).date()
            self._begun = time.monotonic()
            days = {"since": str(today), "until": str(today + timedelta(days=1))}
            return console.post(port, "/leave", {"to": str(self._colleague), **days})

    def end(self, console: Console, port: int) -> bool:
        """Take back whatever stands."""
        with self._turn:
            if self._begun is None:
                return False
            done = [console.post(port, f"/leave/{post}/back", {}) for post in self._standing()]
            self.spells.append((self._begun, time.monotonic()))
            self._begun = None
            return all(done)

    def act(self, send: Callable[[int], bool], port: int) -> bool:
        """Let the colleague do something here; most of the time they may, or may just not."""
        sent = time.monotonic()
        taken = send(port)
        if taken:
            self.deeds.append((sent, time.monotonic()))
        return taken

    def _standing(self) -> list[int]:
        stands = Post.stands_in_for == self._owner, Post.until > datetime.now(UTC)
        with self._database.reading() as session:
            return list(session.scalars(select(Post.id).where(*stands)))
