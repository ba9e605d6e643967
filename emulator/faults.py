"""Faults that tests and the phone page queue: the next n calls of a path go wrong."""

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
]
LONGEST_DELAY = 120.0


class Fault(BaseModel):
    """What goes wrong at `path` (`*`: anywhere in the WeChat API) for the next `times` calls.

    `value` is the error code (errcode), HTTP status (status), page (html), seconds (delay,
    short_expiry) or the status of the later event (job_status); other kinds need none.
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
