"""Waiting for the last of it: as long as it grows less, and a while beyond."""

import time
from collections.abc import Callable

LOOK_SECONDS = 0.3


def until_done(left: Callable[[], int], seconds: float) -> None:
    """Return when nothing is left, or when it has not grown less for so many seconds."""
    least, deadline = left(), time.monotonic() + seconds
    while least and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        if (now := left()) < least:
            least, deadline = now, time.monotonic() + seconds
