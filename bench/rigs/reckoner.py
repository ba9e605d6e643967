"""What a day's service must come to, from the rule alone: each minute is a bit, set at most once.

This shares nothing with the service. Minutes are counted from local midnight.
"""

from dataclasses import dataclass, field

TOLERATED = 15
MOST = 480
Span = tuple[int, int]


def credited(came: int, left: int, starts: int, ends: int) -> Span:
    """Return from when until when a presence counts."""
    begun, ended = max(came, starts - TOLERATED), min(left, ends + TOLERATED)
    return (begun, max(begun, ended))


@dataclass
class Day:
    """One person's day: the span and the minutes of each shift that counts."""

    spans: dict[int, Span] = field(default_factory=dict)
    minutes: dict[int, int] = field(default_factory=dict)

    def free(self, shift: int, span: Span, length: int) -> int:
        """Return how many minutes of a span count for a shift of this length."""
        served, used = 0, 0
        for other, count in self.minutes.items():
            if other != shift and count:
                served |= _bits(self.spans[other])
                used += count
        own = (_bits(span) & ~served).bit_count()
        return max(0, min(own, length + TOLERATED, MOST - used))

    def put(self, shift: int, span: Span, count: int) -> None:
        """Let so many minutes of a span count."""
        self.spans[shift], self.minutes[shift] = span, count

    def correct(self, shift: int, count: int, starts: int, ends: int) -> bool:
        """Put other minutes in if they fit the time that was served, or else the whole shift."""
        for span in (self.spans[shift], (starts - TOLERATED, ends + TOLERATED)):
            if count <= min(self.free(shift, span, ends - starts), span[1] - span[0]):
                self.put(shift, span, count)
                return True
        return False


def _bits(span: Span) -> int:
    return (1 << span[1]) - (1 << span[0])
