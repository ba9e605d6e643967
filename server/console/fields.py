"""What was keyed into a form or an address, read forgivingly: full-width digits, many dates."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from flask import request

from config.wording import LOCAL
from server.console.pages import keyed
from server.errors import Invalid
from server.people.directory import spelled
from server.sheets import cells

Option = TypeVar("Option", bound=str)
DIGITS = 15


class BadDay(Invalid):
    """What was keyed is no day."""

    code = "office.bad_day"


def asked(name: str) -> str:
    """Return what the address asks for under this name."""
    return request.args.get(name, "").replace("\0", "").strip()


def asked_number(name: str) -> int:
    """Return the number that the address asks for, 0 where there is none."""
    return _number(asked(name))


def number(name: str) -> int:
    """Return the number that was keyed, 0 where there is none."""
    return _number(spelled(keyed(name)))


def year(name: str) -> int | None:
    """Return the year that was keyed; None for an empty field, 0 for what is no year."""
    said = keyed(name)
    return (cells.year(said) or 0) if said else None


def choice(name: str, options: Sequence[Option], default: Option) -> Option:
    """Return the option that was chosen, the default for what is none of them."""
    return next((option for option in options if option == keyed(name)), default)


def day(name: str) -> date | None:
    """Return the day that was keyed, None for an empty field; refuse what is no day."""
    said = keyed(name)
    if not said:
        return None
    found = cells.day(said)
    if found is None:
        raise BadDay
    return found


def start_of_day(name: str) -> datetime | None:
    """Return when the local day that was keyed begins."""
    found = day(name)
    return datetime.combine(found, time(), LOCAL).astimezone(UTC) if found else None


def end_of_day(name: str) -> datetime | None:
    """Return when the local day that was keyed is over."""
    begins = start_of_day(name)
    return begins + timedelta(days=1) if begins else None


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) <= DIGITS else 0
