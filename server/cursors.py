"""Where a page of a list begins that is put in order by a moment and then by a number."""

from datetime import UTC, datetime, timedelta

LONGEST = 16
"""Digits of either part: microseconds until the year 2286, and more rows than there will be."""
SHAPE = r"^[0-9]{1,16}-[0-9]{1,16}$"
"""What a cursor looks like from outside."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Place = tuple[datetime, int]


def after(at: datetime, number: int) -> str:
    """Return the cursor of the page that begins after the row of this moment and number."""
    return f"{(at - EPOCH) // MICROSECOND}-{number}"


def place_of(cursor: str) -> Place | None:
    """Return the moment (UTC) and number that a cursor stands for; None when it is none of ours."""
    moment, _, number = cursor.partition("-")
    if not (_is_number(moment) and _is_number(number)):
        return None
    return EPOCH + int(moment) * MICROSECOND, int(number)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST
