"""What a cell holds, and how it is spelled in a CSV file."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from config.wording import LOCAL

Cell = str | int | float | bool | date | datetime | None
"""What a cell may hold; moments are written in local time, nothing as an empty cell."""

# what a spreadsheet takes for the beginning of a formula, also behind spaces that nobody sees
RUNS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[ \u3000]*[\t\r\n\0]")


class ByKind(dict[type, Callable[[Any], Any]]):
    """What to do with a value, by what kind it is; a kind of its own is done as its nearest."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        found = next(self[base] for base in kind.__mro__[1:] if base in self)
        self[kind] = found
        return found


def safe(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: with a ' in front if need be.

    OWASP's list (= + - @, tab, return, nul), its full-width forms, and all of them behind spaces.
    """
    return f"'{text}" if RUNS.match(text) else text


def yes_or_no(cell: bool) -> str:
    """Return what a tick reads as."""
    return "是" if cell else "否"


def local(moment: datetime) -> datetime:
    """Return the moment as a clock on the wall here shows it."""
    return moment.astimezone(LOCAL).replace(tzinfo=None)


@lru_cache(1_000)
def _moment(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"


def _same(number: float) -> float:
    return number


SPELLINGS = ByKind(
    {
        str: safe,
        bool: yes_or_no,
        int: _same,
        float: _same,
        datetime: _moment,
        date: date.isoformat,
        type(None): lambda _none: "",
    }
)
