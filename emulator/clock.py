"""The emulator's own time, which tests and the phone page may move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
FARTHEST = timedelta(days=3660)


def wall_clock() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)


class Clock:
    """Goes as fast as the machine's clock, ahead or behind by what it was told."""

    def __init__(self, wall: Callable[[], datetime] = wall_clock) -> None:
        self.wall = wall
        self.offset = timedelta()

    def now(self) -> datetime:
        """Return the emulator's time in UTC."""
        return self.wall() + self.offset

    def set(self, moment: datetime) -> None:
        """Make it that moment now; refuses more than ten years from the machine's time."""
        self._shift(moment.astimezone(UTC) - self.wall())

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass at once (negative: turn back)."""
        if abs(seconds) > FARTHEST.total_seconds():
            raise ValueError("the clock moves ten years at most")
        self._shift(self.offset + timedelta(seconds=seconds))

    def reset(self) -> None:
        """Follow the machine's clock again."""
        self.offset = timedelta()

    def _shift(self, offset: timedelta) -> None:
        if abs(offset) > FARTHEST:
            raise ValueError("the clock moves ten years at most")
        self.offset = offset


def beijing_day(now: datetime) -> str:
    """Return the day on which WeChat counts quotas, as `2026-03-01`."""
    return now.astimezone(BEIJING).date().isoformat()
