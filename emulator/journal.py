"""Every request and answer, both ways: raw in a short ring, one line each in a long one."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

Direction: TypeAlias = Literal["in", "out"]
OUT: Final = "out"
IN: Final = "in"
RAW_KEPT = 2_000
LINES_KEPT = 20_000
LINE_BODY = 2_000
RAW_BODY = 262_144


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked; `plain` is the text that was sealed into the body."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered; status 0 means that no answer came, and the body says why."""

    status: int
    headers: dict[str, str]
    body: str
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, raw and decrypted."""

    id: str
    title: str
    request: Request
    response: Response
    ms: int
    direction: Direction
    at: str
    fault: str | None = None
    errcode: int | None = None


class Journal:
    """The two rings and the counters, which never forget."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=RAW_KEPT)
        self._lines: deque[dict[str, Any]] = deque(maxlen=LINES_KEPT)
        self._ids = 0
        self._seq = 0
        self.calls: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()

    def next_id(self) -> str:
        """Return the id under which an exchange that begins now will be kept."""
        self._ids += 1
        return f"x{self._ids}"

    def keep(self, exchange: Exchange) -> None:
        """Write an exchange down."""
        self._seq += 1
        path = urlsplit(exchange.request.url).path
        self.calls[f"{exchange.direction} {path}"] += 1
        if exchange.errcode:
            self.errors[f"{path} {exchange.errcode}"] += 1
        self._exchanges.append(exchange)
        self._lines.append(
            {
                "seq": self._seq,
                "at": exchange.at,
                "direction": exchange.direction,
                "title": exchange.title,
                "method": exchange.request.method,
                "path": path,
                "request": (exchange.request.plain or exchange.request.body)[:LINE_BODY],
                "status": exchange.response.status,
                "answer": (exchange.response.plain or exchange.response.body)[:LINE_BODY],
                "errcode": exchange.errcode,
                "fault": exchange.fault,
                "ms": exchange.ms,
                "exchange": exchange.id,
            }
        )

    def find(self, exchange_id: str) -> dict[str, Any] | None:
        """Return the raw exchange, or None when it is unknown or too old."""
        for exchange in reversed(self._exchanges):
            if exchange.id == exchange_id:
                return asdict(exchange)
        return None

    def after(self, seq: int) -> list[dict[str, Any]]:
        """Return the lines that came after that number, oldest first."""
        return [line for line in self._lines if line["seq"] > seq]

    @property
    def last(self) -> int:
        """Return the number of the newest line."""
        return self._seq


def raw_text(body: bytes) -> str:
    """Return a body as the text to keep, shortened and with a mark for every bad byte."""
    return body[:RAW_BODY].decode("utf-8", "replace")


def stamp(now: datetime) -> str:
    """Return a moment as the journal writes it."""
    return now.isoformat(timespec="milliseconds")
