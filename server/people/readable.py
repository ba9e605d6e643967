"""Numbers that people read, say and type: no letter in them looks like a digit."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs, 5 bits each; 0, O, 1 and I are left out."""


def random_word(letters: int) -> str:
    """Return so many random letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(letters))


def normalised(text: str) -> str:
    """Return what was typed as it was printed: half-width, upper case, no spaces or dashes."""
    folded = unicodedata.normalize("NFKC", text[:200]).upper()
    return "".join(sign for sign in folded if sign.isascii() and sign.isalnum())
