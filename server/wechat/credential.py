import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

RENEW_BEFORE = 300.0  # WeChat makes a new token in the last five minutes; both are valid then
MARGIN = 20.0  # the clocks may differ by so much
SHORTEST_LIFE = 20.0  # stable_token may hand out a token that is almost over
LONGEST_TEXT = 2048  # WeChat asks for room for at least 512


@dataclass(frozen=True, slots=True)
class Token:
    """An access token with the moments (epoch seconds) of its renewal and its end."""

    text: str = field(repr=False)
    due: float
    ends: float

    @classmethod
    def answered(cls, answer: dict[str, Any], now: datetime) -> "Token | None":
        """Read WeChat's answer, where the life is a number or its text; None if it bears none."""
        text, life = answer.get("access_token"), str(answer.get("expires_in"))
        if not isinstance(text, str) or not text.isascii() or not 0 < len(text) <= LONGEST_TEXT:
            return None
        if not life.isdecimal() or len(life) > 9:
            return None
        moment, seconds = now.timestamp(), float(life)
        return cls(
            text,
            due=moment + max(seconds - RENEW_BEFORE, SHORTEST_LIFE),
            ends=moment + max(seconds - MARGIN, SHORTEST_LIFE),
        )

    @classmethod
    def loaded(cls, kept: str | None) -> "Token | None":
        """Read what `dumped` wrote; None for anything else."""
        try:
            found = json.loads(kept or "null")
            return cls(str(found["text"]), float(found["due"]), float(found["ends"]))
        except (ValueError, TypeError, KeyError):
            return None

    def dumped(self) -> str:
        """Write for the store."""
        return json.dumps(asdict(self))
