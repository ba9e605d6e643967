"""The numbers that a district may choose for its sign-ups and for checking in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.notices import Notices

LONGEST = timedelta(hours=24)
"""No shift lasts longer than a day."""


@dataclass(frozen=True)
class Policy:
    """How long an offer stands, until when leaving is free, what counts as close in time.

    Defaults: 2 h for an offer and 24 h for leaving freely (the district's own rules, see
    `docs/architecture.md`); two shifts with less than 30 min between them bring a warning.
    Check-in opens 30 min before the start; who has not come counts as such 24 h after the end, so
    that a paper list can be keyed in before; every twentieth presence is looked at once more.
    Who stayed away `no_shows` times within the window gets no place at once for some days; 0 turns
    that off. `hours` are those in which people may be told of an offer.
    """

    offer: timedelta = timedelta(hours=2)
    free_cancel: timedelta = timedelta(hours=24)
    near: timedelta = timedelta(minutes=30)
    reminder: timedelta = timedelta(hours=24)
    check_in_opens: timedelta = timedelta(minutes=30)
    no_show: timedelta = timedelta(hours=24)
    recheck_percent: int = 5
    bulk: int = 60
    no_shows: int = 3
    no_show_window: timedelta = timedelta(days=180)
    waits: timedelta = timedelta(days=30)
    hours: Notices = field(default_factory=Notices)

    def offer_ends(self, told_at: datetime, starts_at: datetime) -> datetime:
        """Return until when an offer stands that is told then: never past the start."""
        return min(told_at + self.offer, starts_at)

    def lead(self, minutes: int | None) -> timedelta:
        """Return how long before a shift somebody is reminded: so many minutes, if they chose."""
        return self.reminder if minutes is None else timedelta(minutes=minutes)

    @property
    def remembers(self) -> timedelta:
        """Return how far back a missed shift may still matter."""
        return self.no_show_window + self.waits

    def waits_until(self, missed: Iterable[datetime], now: datetime) -> datetime | None:
        """Return until when somebody waits who missed shifts at these moments, or None."""
        if not self.no_shows:
            return None
        times = sorted(missed)
        often = zip(times, times[self.no_shows - 1 :], strict=False)
        ends = [last + self.waits for first, last in often if last - first <= self.no_show_window]
        return next((end for end in reversed(ends) if now < end), None)
