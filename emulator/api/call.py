"""One call of the API: what it brings along, and how it is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from emulator.faults import Fault
from emulator.messages import Message
from emulator.reading import Malformed, read_object
from emulator.settings import AppName
from emulator.wire import Wire
from emulator.world import World

Answer: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Blob:
    """A file in the place of a JSON answer."""

    content: bytes
    kind: str
    name: str


OK = {"errcode": 0, "errmsg": "ok"}
BOTH: tuple[AppName, ...] = ("official", "miniprogram")


class ApiError(Exception):
    """WeChat refuses the call with a code and a message; the `rid` is added later."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Call:
    """A call on its way; `events` are the pushes that follow the answer.

    `later` makes pushes that take some work on the wire first.
    """

    world: World
    now: datetime
    query: Mapping[str, str]
    raw: bytes
    exchange: str
    app: AppName = "official"
    fault: Fault | None = None
    events: list[Message] = field(default_factory=list)
    later: list[Callable[[Wire], Message]] = field(default_factory=list)

    def body(self) -> Answer:
        """Return the JSON object that was posted, or refuse with 47001."""
        if not self.raw:
            raise ApiError(44002, "empty post data")
        try:
            return read_object(self.raw)
        except Malformed:
            raise ApiError(47001, "data format error") from None

    def status(self, usual: str = "success") -> str:
        """Return the status that the later event will tell; a fault may have set it."""
        if self.fault is not None and self.fault.kind == "job_status":
            return self.fault.text("failed: system failed")
        return usual


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path of the API: its method, who may call it, and what it does."""

    method: str
    act: Callable[[Call], Answer | Blob]
    apps: tuple[AppName, ...] = BOTH
    token: bool = True
    one_at_a_time: bool = False
