import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from server.store.contract import Store, StoreDown
from server.store.memory import MemoryStore

log = logging.getLogger(__name__)

REST_SECONDS = 2.0

Answer = TypeVar("Answer")


class FallbackStore:
    """A store that goes on in process memory while the shared one is away.

    What is written is remembered here too, so that a token survives the loss of Redis. After
    a failure the shared store is left alone for two seconds instead of being waited for.
    """

    def __init__(self, shared: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._own = MemoryStore(clock)
        self._clock = clock
        self._rests_until = 0.0

    def get(self, key: str) -> str | None:
        return self._either(lambda: self._shared.get(key), lambda: self._own.get(key))

    def put(self, key: str, value: str, seconds: float) -> None:
        self._own.put(key, value, seconds)
        self._either(lambda: self._shared.put(key, value, seconds), lambda: None)

    def swap(self, key: str, old: str | None, new: str, seconds: float) -> bool:
        def here() -> bool:
            return self._own.swap(key, old, new, seconds)

        done = self._either(lambda: self._shared.swap(key, old, new, seconds), here)
        if done:
            self._own.put(key, new, seconds)
        return done

    def drop(self, key: str) -> None:
        self._own.drop(key)
        self._either(lambda: self._shared.drop(key), lambda: None)

    @contextmanager
    def lock(self, name: str, seconds: float) -> Iterator[bool]:
        entered = self._shared.lock(name, seconds)
        held = self._either(entered.__enter__, lambda: None)
        if held is None:
            with self._own.lock(name, seconds) as held_here:
                yield held_here
            return
        try:
            yield held
        finally:
            entered.__exit__(None, None, None)

    def ping(self) -> None:
        self._shared.ping()

    def close(self) -> None:
        self._shared.close()

    def _either(self, shared: Callable[[], Answer], here: Callable[[], Answer]) -> Answer:
        if self._clock() >= self._rests_until:
            try:
                return shared()
            except StoreDown as down:
                self._rests_until = self._clock() + REST_SECONDS
                log.warning("going on without the shared store: %s", down)
        return here()
