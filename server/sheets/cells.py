"""What people write into cells, understood: days in many forms, years, full-width digits."""

import re
import unicodedata
from datetime import date, timedelta

EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's own count (Excel for Windows, WPS, LibreOffice)."""
SERIALS = range(5_000, 80_000)
"""Days from 1913 to 2119: what a bare number of five digits may mean as a day."""

DAY = re.compile(
    r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
MONTH = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})月?")
YEAR = re.compile(r"(\d{4})年?(?:生|出生)?")


def plain(text: str) -> str:
    """Return the text with full-width signs made plain and all space and line breaks taken out."""
    return re.sub(r"[\s*]+", "", unicodedata.normalize("NFKC", text))


YEARS = range(1900, 2101)
"""No form and no table means a day outside of these, and no reckoning runs off the calendar."""


def day(text: str) -> date | None:
    """Return the day a cell means (2026-03-09, 2026/3/9, 2026年3月9日, 20260309, 46090) or None."""
    said = " ".join(unicodedata.normalize("NFKC", text).split())
    found = DAY.fullmatch(said) or DAY.fullmatch(plain(said)) or RUN_TOGETHER.fullmatch(said)
    if found:
        return _date(*(int(part) for part in found.groups()))
    if said.isascii() and said.isdigit() and int(said) in SERIALS:
        return EPOCH + timedelta(days=int(said))
    return None


def year(text: str) -> int | None:
    """Return the year a cell means: 1956, 1956年, 1956-03, or that of a day; else None."""
    said = plain(text)
    found = YEAR.fullmatch(said) or MONTH.fullmatch(said)
    if found:
        return int(found[1])
    whole = day(text)
    return whole.year if whole else None


def _date(year: int, month: int, day: int) -> date | None:
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
