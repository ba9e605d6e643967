"""Carries pushes that nobody waits for: the events that follow a send."""

import queue
import threading
from collections.abc import Callable

THREADS = 4


class Courier:
    """A few threads and a queue; `settle` waits until the queue is empty."""

    def __init__(self) -> None:
        self._errands: queue.Queue[Callable[[], object] | None] = queue.Queue()
        self._threads = [
            threading.Thread(target=self._walk, name=f"courier-{n}", daemon=True)
            for n in range(THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def take(self, errand: Callable[[], object]) -> None:
        """Run this soon, on a thread of the courier's."""
        self._errands.put(errand)

    def settle(self) -> None:
        """Wait until everything taken so far is done."""
        self._errands.join()

    def close(self) -> None:
        """Finish what was taken and stop."""
        for _ in self._threads:
            self._errands.put(None)
        for thread in self._threads:
            thread.join()

    def _walk(self) -> None:
        while (errand := self._errands.get()) is not None:
            try:
                errand()
            finally:
                self._errands.task_done()
        self._errands.task_done()
