"""When to try again: often at first, so that short faults are over soon; for at least 4 h."""

from collections.abc import Callable
from datetime import datetime, timedelta

Chance = Callable[[], float]
"""Returns a random number from 0 to 1."""

_MINUTES = (1, 2, 5, 10, 20, 30, 60, 60, 60, 60)
PLAN: tuple[timedelta, ...] = (
    *(timedelta(seconds=seconds) for seconds in (5, 10, 20, 30, 40, 45, 45, 45, 45)),
    *(timedelta(minutes=minutes) for minutes in _MINUTES),
)
"""The waits after the first, second … failed attempt. Below a minute for the first five, so that
the queue drains within a minute of a short fault; 5 h 13 min in all, 4 h 10 min at the least."""

JITTER = 0.2


def next_attempt(attempts: int, now: datetime, chance: Chance) -> datetime | None:
    """Return when to try again after so many attempts, or None when the plan is over."""
    if attempts > len(PLAN):
        return None
    return now + jittered(PLAN[attempts - 1], chance)


def jittered(wait: timedelta, chance: Chance) -> timedelta:
    """Return a wait up to a fifth shorter or longer.

    So that what failed together does not come back together.
    """
    return wait * (1 - JITTER + 2 * JITTER * chance())
