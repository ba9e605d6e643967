"""Faults that tests and the phone page queue: the next n calls of a path go wrong."""

import time
from collections.abc import Iterator
from itertools import repeat
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "errcode",
    "status",
    "html",
    "delay",
    "drop_before",
    "drop_after",
    "short_expiry",
    "text_plain",
    "numbers_as_strings",
    "job_status",
    "redirect",
    "endless",
    "huge",
]
LONGEST_DELAY = 120.0
DRIP = 0.05
MEGABYTE = b"\xff\xd8\xff\xe0" + bytes(1_048_572)


class Fault(BaseModel):
    """What goes wrong at `path` (`*`: anywhere in the WeChat API) for the next `times` calls.

    `value` is the error code (errcode), HTTP status (status), page (html), seconds (delay,
    short_expiry), the status of the later event (job_status), an address (redirect) or how many
    megabytes come (huge); `endless` drips until the caller hangs up; other kinds need none.
    """

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    path: str = Field(min_length=1, max_length=200)
    times: int = Field(default=1, ge=1, le=1_000_000)
    kind: Kind
    value: int | float | str | None = None

    def number(self, default: float) -> float:
        """Return the value as a number, or the default when it is none."""
        return self.value if isinstance(self.value, int | float) else default

    def seconds(self) -> float:
        """Return how long a delayed call waits."""
        return min(max(self.number(1.0), 0.0), LONGEST_DELAY)

    def stream(self) -> Iterator[bytes]:
        """Yield what comes in the place of a file, without end or as long as the value says."""
        if self.kind == "huge":
            yield from repeat(MEGABYTE, int(self.number(50)))
            return
        while True:
            yield MEGABYTE[:64]
            time.sleep(DRIP)

    def text(self, default: str) -> str:
        """Return the value as a text, or the default when it is none."""
        return self.value if isinstance(self.value, str) else default


class Faults:
    """The queue; the first that fits a path is used up first."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let this happen as well."""
        self._queue.append(fault)

    def take(self, path: str) -> Fault | None:
        """Use up one turn of the first fault for the path."""
        for fault in self._queue:
            if fault.path in ("*", path):
                fault.times -= 1
                if not fault.times:
                    self._queue.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._queue.clear()

    def show(self) -> list[dict[str, Any]]:
        """Return what is still to come."""
        return [fault.model_dump() for fault in self._queue]
