"""What is written about a hazard: how long it may be, how it is sealed, what the unit reads."""

import re

from server.audit import trail
from server.people.vault import Vault
from server.riders.hazards.models import Hazard
from server.riders.hazards.refusals import BadRating, NothingTold, PlaceNeeded
from server.staff.approvals import ReasonNeeded

MOST_WORDS = 1_000
MOST_PLACE = 120
MOST_NOTE = 400
MOST_QUESTION = 200
FEWEST_PLACE = 2
MOST_STARS = 5
LONG_NUMBER = re.compile(r"\d[\d -]{5,}\d", re.ASCII)


def line(text: str, most: int) -> str:
    """Return a text on one line, without what nobody sees, and no longer than that."""
    seen = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(seen.split())[:most]


def place(text: str) -> str:
    """Return a place in words, or refuse one that nobody could find."""
    kept = line(text, MOST_PLACE)
    if sum(char.isalnum() for char in kept) < FEWEST_PLACE:
        raise PlaceNeeded
    return kept


def said(text: str, most: int = MOST_NOTE) -> str:
    """Return what staff say to a step, or refuse to take it without a word."""
    kept = line(text, most)
    if not kept:
        raise ReasonNeeded
    return kept


def told(text: str, most: int = MOST_NOTE) -> str:
    """Return what a reporter adds, or refuse nothing at all."""
    kept = line(text, most)
    if not any(char.isalnum() for char in kept):
        raise NothingTold
    return kept


def stars(rating: int) -> int:
    """Return the rating, or refuse one that is not from 1 to 5."""
    if not 1 <= rating <= MOST_STARS:
        raise BadRating
    return rating


def seal(vault: Vault, hazard_id: int, field: str, text: str) -> bytes | None:
    """Return the text sealed for a column of the report; nothing for no text."""
    return vault.seal(text, f"hazard:{hazard_id}:{field}") if text else None


def opened(vault: Vault, hazard: Hazard, field: str) -> str:
    """Return what a sealed column of the report says, or nothing."""
    return unsealed(vault, hazard.id, field, getattr(hazard, field))


def unsealed(vault: Vault, hazard_id: int, field: str, sealed: bytes | None) -> str:
    """Return what was sealed for a column of the report, or nothing."""
    return vault.open(sealed, f"hazard:{hazard_id}:{field}") if sealed else ""


def added(vault: Vault, hazard: Hazard, text: str) -> bytes | None:
    """Return the report's words sealed with a line more; the oldest are never lost."""
    before = opened(vault, hazard, "words")
    whole = f"{before}\n{text}" if before else text
    return seal(vault, hazard.id, "words", whole[:MOST_WORDS])


def without_numbers(text: str) -> str:
    """Return the words without telephone and other long numbers: what the unit reads (R5)."""
    return LONG_NUMBER.sub("***", trail.NUMBERS.sub("***", text))
