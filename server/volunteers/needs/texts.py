"""What people write about a need: how long it may be, and how it is sealed."""

import unicodedata

from server.people.vault import Vault
from server.volunteers.models import Need
from server.volunteers.needs.refusals import BadRating, TooFewWords
from server.volunteers.typed import clean

MOST_WORDS = 500
MOST_ADDRESS = 120
MOST_NAME = 40
MOST_NOTE = 400
FEWEST_WORDS = 2
MOST_STARS = 5

SEALED = ("words", "asker_name", "asker_phone", "address", "rating_note", "follow_up")
"""The columns of a need that bear personal data, each bound to its row and its own name."""


def words(text: str) -> str:
    """Return what is needed as it will be kept, or refuse words too few or too many."""
    kept = clean(text, MOST_WORDS)
    if sum(unicodedata.category(char)[0] in "LNS" for char in kept) < FEWEST_WORDS:
        raise TooFewWords
    return kept


def stars(rating: int) -> int:
    """Return the rating, or refuse one that is not from 1 to 5."""
    if not 1 <= rating <= MOST_STARS:
        raise BadRating
    return rating


def seal(vault: Vault, need_id: int, field: str, text: str | None) -> bytes | None:
    """Return the text sealed for a column of the need; nothing for no text."""
    return vault.seal(text, f"need:{need_id}:{field}") if text else None


def opened(vault: Vault, need: Need, field: str) -> str:
    """Return what a sealed column of the need says, or nothing."""
    return unsealed(vault, need.id, field, getattr(need, field))


def unsealed(vault: Vault, need_id: int, field: str, sealed: bytes | None) -> str:
    """Return what was sealed for a column of the need, or nothing."""
    return vault.open(sealed, f"need:{need_id}:{field}") if sealed else ""
