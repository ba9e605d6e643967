"""How a letter reads, whatever it is written on: a page, a sheet of paper, a message."""

from datetime import date, datetime
from typing import NamedTuple

from config.wording import LOCAL, say
from server.party.letters import facts
from server.party.letters.letters import Letter
from server.party.letters.words import RESULT
from server.party.lines import COLON


class Laid(NamedTuple):
    """A letter in its parts, from above. `day` is "" until it is sent."""

    title: str
    to: str
    hello: str
    body: list[str]
    record: list[tuple[str, str]]
    wishes: str
    home: str
    day: str


def laid(letter: Letter) -> Laid:
    """Return a letter in its parts; `record` is each fact of the year beside its label."""
    told = [(facts.LABELS[one], letter.facts[one]) for one in facts.TOLD if one in letter.facts]
    if letter.said.result:
        told.append((RESULT, letter.said.result))
    return Laid(
        say("party.letter_title", year=letter.year),
        say("party.letter_to", name=letter.facts.get("to", "")),
        say("party.letter_hello"),
        letter.said.words.splitlines(),
        told,
        say("party.letter_wishes"),
        letter.facts.get("home", ""),
        _day(letter.sent_at) if letter.sent_at else "",
    )


def lines(letter: Letter, *, whole: bool = True) -> str:
    """Return a letter as a text; without `whole` its record is left out."""
    parts = laid(letter)
    told = [say("party.letter_record"), *map(COLON.join, parts.record)] if whole else []
    end = [parts.day] if parts.day else []
    return "\n".join((parts.to, parts.hello, *parts.body, *told, parts.wishes, parts.home, *end))


def record(letter: Letter) -> str:
    """Return what the year has brought, a line each."""
    return "\n".join(map(COLON.join, laid(letter).record))


def day_of(moment: datetime) -> date:
    """Return the day a moment belongs to in Shanghai."""
    return moment.astimezone(LOCAL).date()


def _day(moment: datetime) -> str:
    day = day_of(moment)
    return say("party.letter_day", year=day.year, month=day.month, day=day.day)
