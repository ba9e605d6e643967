"""What may be written into a file: few words, and nothing off an identity card."""

import re
import unicodedata

from server.party.refusals import LooksLikeId, TooLong

IDENTITY = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])")
GAPS = re.compile(r"(?<=[0-9])[\s\-_.·]+(?=[0-9Xx])")


def checked(text: str, most: int) -> str:
    """Return the words as they are kept, or refuse what is too long or reads like an identity card.

    Spaces and dashes between digits, and full-width ones, hide nothing. A telephone number has
    eleven digits and is no such number.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).replace("\0", "").split())
    if IDENTITY.search(GAPS.sub("", words)):
        raise LooksLikeId
    if len(words) > most:
        raise TooLong(most=most)
    return words


def as_written(text: str, most: int) -> str:
    """Return the same with the signs that were written: so that commas stay Chinese."""
    checked(text, most)
    return " ".join(unicodedata.normalize("NFC", text).replace("\0", "").split())
