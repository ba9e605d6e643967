"""How many minutes a presence counts: what of it lies within the shift, once (invariant V7).

A night shift counts to the local day on which the service began, with all its minutes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

TOLERANCE = timedelta(minutes=15)
"""Who comes earlier or leaves later by so much is credited for it; a choice of this district."""
MOST_A_DAY = 480
"""Minutes of one local day (`domain` default: 8 hours)."""
MINUTE = timedelta(minutes=1)


class Span(NamedTuple):
    """From when until when somebody served."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        """Return how long that is."""
        return self.ends_at - self.starts_at


def credited(
    in_at: datetime, out_at: datetime, starts_at: datetime, ends_at: datetime
) -> tuple[datetime, datetime]:
    """Return from when until when a presence counts; both equal when nothing of it does."""
    begun = max(in_at, starts_at - TOLERANCE)
    ended = min(out_at, ends_at + TOLERANCE)
    return (begun, ended) if ended > begun else (begun, begun)


def uncovered(span: Span, others: Iterable[Span]) -> timedelta:
    """Return how much of a span none of the others covers: no minute counts twice."""
    free, reached = timedelta(), span.starts_at
    for other in sorted(others):
        if other.starts_at > reached:
            free += max(min(other.starts_at, span.ends_at) - reached, timedelta())
        reached = max(reached, other.ends_at)
    return free + max(span.ends_at - reached, timedelta())


def countable(span: Span, shift: Span, others: Iterable[Span], used: int) -> int:
    """Return the whole minutes that a presence counts, rounded down.

    Never more than the shift and the tolerance together, nor than what the other minutes of the
    day leave (`used`), nor what other service of the same person covers already.
    """
    most = min(uncovered(span, others), shift.length + TOLERANCE)
    return max(min(most // MINUTE, MOST_A_DAY - used), 0)
