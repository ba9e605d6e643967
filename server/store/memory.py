import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SWEEP_EVERY = 1_000


class MemoryStore:
    """The store of a single process, for development and tests; safe between threads.

    `clock` returns seconds that never run backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[str, float]] = {}
        self._guard = threading.Lock()
        self._writes = 0

    def get(self, key: str) -> str | None:
        with self._guard:
            return self._alive(key)

    def put(self, key: str, value: str, seconds: float) -> None:
        with self._guard:
            self._write(key, value, seconds)

    def swap(self, key: str, old: str | None, new: str, seconds: float) -> bool:
        with self._guard:
            if self._alive(key) != old:
                return False
            self._write(key, new, seconds)
            return True

    def drop(self, key: str) -> None:
        with self._guard:
            self._kept.pop(key, None)

    @contextmanager
    def lock(self, name: str, seconds: float) -> Iterator[bool]:
        key, mine = f"lock:{name}", secrets.token_hex(16)
        held = self.swap(key, None, mine, seconds)
        try:
            yield held
        finally:
            with self._guard:
                if self._alive(key) == mine:
                    del self._kept[key]

    def ping(self) -> None:
        """Process memory always answers."""

    def close(self) -> None:
        """Process memory holds no connection."""

    def _alive(self, key: str) -> str | None:
        value, dies_at = self._kept.get(key, (None, 0.0))
        return value if self._clock() < dies_at else None

    def _write(self, key: str, value: str, seconds: float) -> None:
        now = self._clock()
        self._kept[key] = (value, now + seconds)
        self._writes += 1
        if self._writes % SWEEP_EVERY == 0:
            self._kept = {key: kept for key, kept in self._kept.items() if now < kept[1]}
