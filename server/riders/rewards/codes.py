"""The code of a voucher: eight signs that are easily said at a counter, and cannot be guessed.

Seven are drawn by lot from 31 (27 milliards), the last one checks them: 31 is a prime and the
weights differ, so that one wrong sign, or two that changed places, are always seen.
"""

import re
import secrets
import unicodedata

ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O at all; I and L are read as 1, and U as V."""
LENGTH = 8
PURPOSE = "voucher"
_ALIKE = str.maketrans("ILU", "11V")
_ASIDE = re.compile(r"[\W_]+")


def draw() -> str:
    """Return a code that nobody can foresee."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return drawn + _check(drawn)


def read(text: str) -> str | None:
    """Return the code in what was typed, said or scanned; None where it is none.

    Small letters, full-width signs, spaces and hyphens are forgiven.
    """
    folded = unicodedata.normalize("NFKC", text[:60]).upper()
    code = _ASIDE.sub("", folded).translate(_ALIKE)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code if _check(code[:-1]) == code[-1] else None


def told(code: str) -> str:
    """Return a code as it is shown, in two halves."""
    return f"{code[:4]}-{code[4:]}"


def _check(drawn: str) -> str:
    weighed = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(drawn, 1))
    return ALPHABET[weighed % len(ALPHABET)]
