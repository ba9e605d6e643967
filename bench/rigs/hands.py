"""People who do things by any door, and write down what they know of each."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.rigs.clients import PAUSE_SECONDS
from bench.rigs.journal import ACK, AMBIGUOUS, INTENT, REJECT, Journal
from bench.rigs.sender import Ambiguous, Unsent


@dataclass(frozen=True)
class Deed:
    """Something to be done, once: under which key, about what, and how it is sent.

    `send` returns whether it was taken, and may be called again with the very same effect.
    """

    key: str
    about: tuple[Any, ...]
    send: Callable[[int], bool]


class Hand:
    """One thread's worth of deeds; `work` is what each rig makes of it."""

    def __init__(self, path: Path, seed: str) -> None:
        self.journal = Journal(path)
        self.open: list[Deed] = []
        self.done: Counter[tuple[Any, ...]] = Counter()
        self.chance = random.Random(seed)
        self._turn = threading.Lock()

    def work(self, ports: list[int], stop: threading.Event) -> None:
        """Do what there is to do until told to stop."""
        raise NotImplementedError

    def act(self, deed: Deed, ports: list[int], stop: threading.Event) -> bool | None:
        """Do it; tell whether it was taken, or None when nobody knows."""
        self._note(INTENT, deed)
        while True:
            try:
                return self._hear(deed, deed.send(self.chance.choice(ports)))
            except Unsent:
                if not stop.is_set():
                    time.sleep(PAUSE_SECONDS)
                    continue
            except Ambiguous:
                pass
            with self._turn:
                self.open.append(deed)
            self._note(AMBIGUOUS, deed)
            return None

    def replay(self, port: int) -> dict[str, str]:
        """Do again what is undecided, under the same keys."""
        again, self.open = self.open, []
        for deed in again:
            try:
                self._hear(deed, deed.send(port))
            except (Ambiguous, Unsent):
                self.open.append(deed)
        return {}

    def _hear(self, deed: Deed, taken: bool) -> bool:
        self._note(ACK if taken else REJECT, deed)
        with self._turn:
            self.done[deed.about] += taken
        return taken

    def _note(self, state: str, deed: Deed) -> None:
        with self._turn:
            self.journal.note(state, deed.key)
