"""Finding a person by exactly what they are called, reached at, or numbered; never by a piece.

Names and phone numbers are sealed, so there is nothing to search in: whoever looks must know the
whole. What they key is turned into the same keyed marks that stand beside the sealed data.
"""

import re
import unicodedata

from sqlalchemy import ColumnElement, or_

from server.people import profile
from server.people.models import Person
from server.people.profile import BadPhone
from server.people.vault import Vault

NUMBERED = re.compile(r"[0-9A-Z]{8,20}")
LONGEST = 60


def clue(words: str, *, vault: Vault) -> ColumnElement[bool] | None:
    """Return the condition that a person is whom these words name, or None where they name nobody.

    Each part of it is an exact look-up in an index.
    """
    said = spelled(words)[:LONGEST]
    if not said:
        return None
    ways = [Person.name_mark == profile.name_mark(said, vault=vault)]
    phone = _phone(said)
    if phone:
        ways.append(Person.phone_mark == vault.mark(phone, "phone"))
    if NUMBERED.fullmatch(said.upper()):
        ways.append(Person.volunteer_no == said.upper())
    return or_(*ways)


def phone_is(phone: str, *, vault: Vault) -> ColumnElement[bool]:
    """Return the condition that a person bears this number; refuse what is no number."""
    return Person.phone_mark == vault.mark(profile.normalised(spelled(phone)), "phone")


def spelled(words: str) -> str:
    """Return what was keyed with full-width signs made plain and no space around it."""
    return unicodedata.normalize("NFKC", words).strip()


def _phone(said: str) -> str | None:
    try:
        return profile.normalised(said)
    except BadPhone:
        return None
