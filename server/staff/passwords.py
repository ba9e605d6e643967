"""Passwords of staff: which are good enough, and how they are kept and compared.

Twelve characters at least, any kind; what is guessed early or has to do with the person is refused.
zxcvbn reckons how early: it knows the commonest of the passwords that were breached, words, names,
rows of keys, dates, repetitions, and letters written as figures. Nothing else is asked for: rules
about signs and yearly changes make passwords worse.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pypinyin import lazy_pinyin
from zxcvbn import zxcvbn

from server.errors import Invalid, Unavailable

SHORTEST, LONGEST = 12, 128
GOOD = 4
"""zxcvbn's best mark: more than ten thousand million guesses, tried in the best order."""
LOOKED_AT = 72
"""So many characters are looked at, since the work grows with the square of the length."""
SHORTEST_WORD = 3

MOST_AT_ONCE = 2
WAIT_SECONDS = 4.0
MEMORY_KIB = 19 * 1024
# OWASP's smallest argon2id: 19 MiB, two passes, one lane; some 50 ms
_HASHER = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)
_places = threading.BoundedSemaphore(MOST_AT_ONCE)

_COMMON = Path(__file__).with_name("common_words.txt")


class ShortPassword(Invalid):
    """Too short, or so long that it must be a mistake."""

    code = "staff.short_password"


class CommonPassword(Invalid):
    """Among those that are tried first: common, breached, or made of one's own name."""

    code = "staff.common_password"


class Crowded(Unavailable):
    """So many passwords are being compared that this one would have to wait too long."""

    code = "staff.crowded"


def require_good(password: str, *own: str) -> None:
    """Refuse a password that is short, common, or made of the person's `own` words."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ShortPassword(least=SHORTEST, most=LONGEST)
    if is_common(password, *own):
        raise CommonPassword


def is_common(password: str, *own: str) -> bool:
    """Tell whether it is guessed early, or made of the person's `own` words."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    if any(word in plain for word in _spoken(own)):
        return True
    # always the same words: the library keeps them for all threads
    found: dict[str, Any] = zxcvbn(plain[:LOOKED_AT], user_inputs=_words())  # type: ignore[no-untyped-call]
    return bool(found["score"] < GOOD)


def keep(password: str) -> str:
    """Return what is kept of a password: its argon2id hash, with a salt of its own."""
    with _place():
        return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Tell whether this is the password; without one the same work is done in vain."""
    with _place():
        try:
            return _HASHER.verify(kept or _nobodys(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


@contextmanager
def _place() -> Iterator[None]:
    """Let few compare at a time: each takes 19 MiB and a core."""
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise Crowded(int(WAIT_SECONDS))
    try:
        yield
    finally:
        _places.release()


def _spoken(own: tuple[str, ...]) -> Iterator[str]:
    """Return a person's words as they may be typed: as they are, and in pinyin."""
    for word in own:
        plain = unicodedata.normalize("NFKC", word).casefold().strip()
        for form in (plain, "".join(lazy_pinyin(plain))):
            bare = "".join(char for char in form if char.isalnum())
            if len(bare) >= SHORTEST_WORD:
                yield bare


@cache
def _words() -> list[str]:
    """Return what people choose here and the lists of zxcvbn do not know: words in pinyin."""
    return _COMMON.read_text(encoding="utf-8").split()
