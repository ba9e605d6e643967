"""How many requests may wait for WeChat at once, so that the others still find a free thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from server.runtime import Runtime

PLACES = 6
LINE = 2
PATIENCE = 0.3
"""Seconds that somebody in line waits for a place."""


class NoBerth(Exception):  # noqa: N818  a state of the house, not a mistake of the caller
    """Everybody else waits for WeChat already."""


class Berths:
    """So many places, and a short line before them; whoever finds both full is turned away.

    A process has 16 threads (`tools.run`): 6 that wait for WeChat and 2 in line leave half of
    them for everything else.
    """

    def __init__(self, places: int = PLACES, line: int = LINE) -> None:
        self._places = BoundedSemaphore(places)
        self._inside = BoundedSemaphore(places + line)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place while the block runs, or raise `NoBerth`."""
        if not self._inside.acquire(blocking=False):
            raise NoBerth
        try:
            if not self._places.acquire(timeout=PATIENCE):
                raise NoBerth
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._inside.release()


def opened(_runtime: Runtime) -> Berths:
    """Return the berths of one process."""
    return Berths()
