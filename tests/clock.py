"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

MONDAY_MORNING = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


class Clock:
    """A settable clock; call it, or ask `now()`, for an aware moment in UTC."""

    def __init__(self, moment: datetime = MONDAY_MORNING) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment the clock stands at."""
        return self.moment

    __call__ = now

    def set(self, moment: datetime) -> None:
        """Put the clock to this moment, earlier or later."""
        self.moment = moment.astimezone(UTC)

    def advance(self, **step: float) -> datetime:
        """Move on by `seconds=`, `minutes=`, `hours=` or `days=` and return the new moment."""
        self.moment += timedelta(**step)
        return self.moment
