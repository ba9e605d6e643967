"""How many minutes a presence counts: what of it lies within the shift (invariant V7)."""

from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=15)
"""Who comes earlier or leaves later by so much is credited for it; a choice of this district."""
MOST_A_DAY = 480
"""Minutes of one local day (`domain` default: 8 hours)."""


def credited(
    in_at: datetime, out_at: datetime, starts_at: datetime, ends_at: datetime
) -> tuple[datetime, datetime]:
    """Return from when until when a presence counts; both equal when nothing of it does."""
    begun = max(in_at, starts_at - TOLERANCE)
    ended = min(out_at, ends_at + TOLERANCE)
    return (begun, ended) if ended > begun else (begun, begun)
