"""Threads that answer messages, so that who waits for an answer need not wait for ever.

WeChat hangs up after five seconds. Python cannot interrupt a thread that waits for a lock, a
disk or a slow computation, so the one that must answer in time is another than the one that
works. Handing a message over costs some 30 µs (a pool of `concurrent.futures` about 80); waiting
for locks with a time limit instead would cost nothing, but covers only one kind of slowness.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MOST_THREADS = 64
IDLE_SECONDS = 10.0


class Crowded(Exception):  # noqa: N818  a state of the desk
    """Every thread is at work on something slow."""


class Attempt(Generic[T]):
    """A piece of work that somebody may wait for, or give up waiting for."""

    def __init__(self, work: Callable[[], T], afterwards: Callable[[], object] | None) -> None:
        self._work = work
        self._afterwards = afterwards
        self._open = threading.Lock()
        self._open.acquire()
        self._result: list[T] = []
        self._error: BaseException | None = None
        self.abandoned = False

    def wait(self, seconds: float) -> bool:
        """Tell whether the work is done within so many seconds."""
        if self._open.acquire(timeout=seconds):
            self._open.release()
            return True
        return False

    def result(self) -> T:
        """Return what the work returned, or raise what it raised; it must be done."""
        if self._error is not None:
            raise self._error
        return self._result[0]

    def run(self) -> None:
        """Do the work, and what comes afterwards if nobody waits any more."""
        try:
            self._result.append(self._work())
        except BaseException as error:  # noqa: BLE001  it is raised where the result is asked for
            self._error = error
        finally:
            self._open.release()
        if self.abandoned and self._error is None and self._afterwards is not None:
            self._afterwards()


class Desk:
    """Threads that come when there is work for them and go when there has been none."""

    def __init__(self, most: int = MOST_THREADS, idle_seconds: float = IDLE_SECONDS) -> None:
        self._places = threading.Semaphore(most)
        self._idle: deque[_Clerk] = deque()
        self._idle_seconds = idle_seconds

    def begin(
        self, work: Callable[[], T], afterwards: Callable[[], object] | None = None
    ) -> Attempt[T]:
        """Start the work; `afterwards` follows it if the attempt was abandoned and it succeeded.

        Raises `Crowded` when all threads are busy: then nothing was begun.
        """
        attempt = Attempt(work, afterwards)
        try:
            # the one that worked last is warm
            self._idle.pop().take(attempt)
        except IndexError:
            if not self._places.acquire(blocking=False):
                raise Crowded from None
            _Clerk(self._idle, self._places, self._idle_seconds).start(attempt)
        return attempt


class _Clerk:
    """A thread of the desk. Whoever takes it off the pile of idle ones owns its next move."""

    def __init__(
        self, idle: "deque[_Clerk]", places: threading.Semaphore, idle_seconds: float
    ) -> None:
        self._idle = idle
        self._places = places
        self._idle_seconds = idle_seconds
        self._called = threading.Lock()
        self._called.acquire()
        self._attempt: Attempt[Any] | None = None

    def start(self, attempt: Attempt[Any]) -> None:
        self._attempt = attempt
        threading.Thread(target=self._live, name="desk", daemon=True).start()

    def take(self, attempt: Attempt[Any]) -> None:
        self._attempt = attempt
        self._called.release()

    def _live(self) -> None:
        try:
            while self._attempt is not None:
                self._attempt.run()
                self._attempt = None
                self._idle.append(self)
                self._await_call()
        finally:
            self._places.release()

    def _await_call(self) -> None:
        """Sleep until called, or until it is time to go and nobody has called just then."""
        if self._called.acquire(timeout=self._idle_seconds):
            return
        try:
            self._idle.remove(self)
        except ValueError:
            self._called.acquire()
