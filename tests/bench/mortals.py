"""Tellers in this process, who die by lot instead of by kills."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bench.rigs import tellers
from bench.rigs.sender import Ambiguous
from bench.rigs.tellers import Answer
from server.db import Busy
from server.errors import Refusal
from server.runtime import Runtime


class Died(Exception):  # noqa: N818  what happened
    """A teller is dead before it has committed."""


class Mortal:
    """A teller that dies of every few dealings, before the commit or after it; with no lot never.

    `do` does one dealing in a session, at a moment.
    """

    def __init__(
        self,
        runtime: Runtime,
        do: Callable[[Session, Any, datetime], int],
        chance: random.Random | None,
    ) -> None:
        self.runtime = runtime
        self.chance = chance
        self._do = do

    def ask(self, dealing: Any, now: datetime) -> Answer:
        fate = self.chance.random() if self.chance else 1.0
        if fate < 0.1:
            self._die_before(dealing, now)
        found = tellers.tried(self.runtime, dealing, lambda s: self._do(s, dealing, now))
        if fate < 0.2:
            raise Ambiguous
        return found

    def _die_before(self, dealing: Any, now: datetime) -> None:
        try:
            with self.runtime.db.transaction() as session:
                self._do(session, dealing, now)
                raise Died
        except (Died, Refusal, Busy):
            raise Ambiguous from None

    def kill(self) -> bool:
        """They die by themselves."""
        return False

    close = kill
