"""What a person sees on the phone, in the order in which it came."""

from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from emulator.settings import AppName

Side = Literal["me", "account"]
Kind = Literal[
    "text",
    "image",
    "voice",
    "location",
    "event",
    "notice",
    "template",
    "subscription",
    "menu",
]
Line: TypeAlias = tuple[Side, Kind, str]
KEPT = 2_000
OUT_OF_ORDER = "该公众号暂时无法提供服务，请稍后再试"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the chat."""

    seq: int
    at: str
    side: Side
    kind: Kind
    text: str
    data: dict[str, Any] | None
    exchange: str | None
    app: AppName


class Chat:
    """The lines of all people; a person's oldest go when there are too many."""

    def __init__(self) -> None:
        self._items: dict[str, deque[Item]] = {}
        self._seq = 0

    def add(
        self,
        person: str,
        line: Line,
        now: datetime,
        app: AppName = "official",
        data: dict[str, Any] | None = None,
        exchange: str | None = None,
    ) -> None:
        """Show one more line on the person's phone."""
        self._seq += 1
        side, kind, text = line
        item = Item(self._seq, now.isoformat(), side, kind, text, data, exchange, app)
        self._items.setdefault(person, deque(maxlen=KEPT)).append(item)

    def after(self, person: str, seq: int) -> list[dict[str, Any]]:
        """Return the person's lines that came after that number."""
        return [asdict(item) for item in self._items.get(person, ()) if item.seq > seq]
