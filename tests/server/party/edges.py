"""Where a report's standing changes, reckoned with nothing of ours: Shanghai is eight hours ahead.

The test of windows and the rig of branches both hold the service against it.
"""

from datetime import UTC, datetime, timedelta

from server.party.quarters import Quarter
from server.party.reports.windows import Standing

MS = timedelta(milliseconds=1)
ALL = [Quarter(year, number) for year in range(2024, 2031) for number in range(1, 5)]


def midnight(year: int, month: int, day: int) -> datetime:
    """Return a local midnight."""
    return datetime(year, month, day, tzinfo=UTC) - timedelta(hours=8)


def edges(quarter: Quarter) -> list[tuple[datetime, Standing, Standing]]:
    """Return where a report's standing changes: just before, and from that moment on."""
    year, month = (
        (quarter.year + 1, 1) if quarter.number == 4 else (quarter.year, quarter.number * 3 + 1)
    )
    end = midnight(year, month, 1)
    return [
        (end - timedelta(days=20), Standing.NOT_OPEN, Standing.OPEN),
        (end, Standing.OPEN, Standing.OPEN),
        (midnight(year, month, 11), Standing.OPEN, Standing.LATE_OPEN),
        (midnight(year, month, 21), Standing.LATE_OPEN, Standing.MISSED),
    ]
