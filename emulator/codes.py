"""Codes that a phone hands to the mini-program: five minutes, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from emulator.ids import Ids
from emulator.people import Person

Purpose = Literal["login", "phone"]
LIFE = timedelta(minutes=5)


@dataclass(slots=True)
class Code:
    """One code and what became of it."""

    person: Person
    purpose: Purpose
    expires_at: datetime
    used: bool = False


class BadCode(Exception):  # noqa: N818  a fact about the code
    """The code is unknown, too old or made for something else."""


class UsedCode(BadCode):
    """The code was used before."""


class Codes:
    """All codes, login and phone alike."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._codes: dict[str, Code] = {}

    def make(self, person: Person, purpose: Purpose, now: datetime) -> str:
        """Make a code for the person's phone to hand over."""
        text = f"0{self._ids.fresh(purpose, 31)}"
        self._codes[text] = Code(person, purpose, now + LIFE)
        return text

    def redeem(self, text: str, purpose: Purpose, now: datetime) -> Person:
        """Use the code up and return whose it is; raises `UsedCode` or `BadCode`."""
        code = self._codes.get(text)
        if code is None or code.purpose != purpose:
            raise BadCode
        if code.used:
            raise UsedCode
        if now >= code.expires_at:
            raise BadCode
        code.used = True
        return code.person
