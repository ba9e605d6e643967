"""Settings of greetings: the days on which contacts are asked to think of their members."""

from datetime import date
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

LONGEST = 20


class Greeting(NamedTuple):
    """A day of Shanghai, and what people call it."""

    day: date
    name: str


def days(text: str) -> tuple[Greeting, ...]:
    """Return the days listed as `2027-02-06 春节,2027-07-01 建党节`, the earliest first."""
    parts = (each.split() for each in text.replace("，", ",").split(",") if each.strip())
    return tuple(sorted(_greeting(*each) for each in parts))


def _greeting(day: str, name: str) -> Greeting:
    if len(name) > LONGEST:
        raise ValueError
    return Greeting(date.fromisoformat(day), name)


def _a_list(text: str) -> str:
    try:
        days(text)
    except (ValueError, TypeError):
        raise ValueError("must be a list such as 2027-02-06 春节,2027-07-01 建党节") from None
    return text


Greetings = Annotated[str, AfterValidator(_a_list)]
