"""Whether a station is open at a moment, until when, and when it opens next."""

from datetime import datetime
from typing import NamedTuple

from server.riders.stations.hours import Hours
from server.riders.stations.models import StationState


class Closure(NamedTuple):
    """What keeps a station closed whatever its hours say; without `until` nobody knows how long."""

    reason: str
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Tell whether it is not over yet."""
        return self.until is None or now < self.until


class Standing(NamedTuple):
    """How a station stands; moments are UTC.

    `until` is when it closes while it is open, `opens_at` when it opens next while it is not (None:
    nobody knows, or not within two weeks), `closure` what keeps it closed.
    """

    is_open: bool
    until: datetime | None = None
    opens_at: datetime | None = None
    closure: Closure | None = None


def closure_of(
    state: StationState, reason: str | None, until: datetime | None, now: datetime
) -> Closure | None:
    """Return what keeps a station closed now; a closure that is over keeps nothing closed."""
    if state is not StationState.CLOSED:
        return None
    closure = Closure(reason or "", until)
    return closure if closure.holds(now) else None


def of(hours: Hours, closure: Closure | None, now: datetime) -> Standing:
    """Return how a station with these hours stands, unless the closure says otherwise."""
    if closure is None:
        until = hours.open_until(now)
        return Standing(True, until) if until else Standing(False, opens_at=hours.opens_at(now))
    if closure.until is None:
        return Standing(False, closure=closure)
    is_within = hours.open_until(closure.until) is not None
    opens_at = closure.until if is_within else hours.opens_at(closure.until)
    return Standing(False, opens_at=opens_at, closure=closure)
