"""Passwords of staff: which are good enough, and how they are kept and compared.

Twelve characters at least, any kind; what is common here or has to do with the person is refused.
Nothing else is asked for: rules about signs and yearly changes make passwords worse.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pypinyin import lazy_pinyin

from server.errors import Invalid, Unavailable

SHORTEST, LONGEST = 12, 128
LEFT_OVER = 5
"""So many characters must remain once everything is taken away that one would guess first."""
SHORTEST_WORD = 3

MOST_AT_ONCE = 2
WAIT_SECONDS = 4.0
MEMORY_KIB = 19 * 1024
# OWASP's smallest argon2id: 19 MiB, two passes, one lane; some 50 ms
_HASHER = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)
_places = threading.BoundedSemaphore(MOST_AT_ONCE)

_ROWS = (
    *("0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp"),
    *("1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()"),
)
_RUNS = " ".join((*_ROWS, *(row[::-1] for row in _ROWS), *(2 * row for row in _ROWS)))
_LEET = str.maketrans("@4031!$57", "aaoeiisst")
_HABITS = re.compile(r"1[3-9]\d{9}|(?:19|20)\d\d(?:[01]\d[0-3]\d)?|(.)\1{2,}|(..+?)\2+")
_COMMON = Path(__file__).with_name("common_words.txt")


class ShortPassword(Invalid):
    """Too short, or so long that it must be a mistake."""

    code = "staff.short_password"


class CommonPassword(Invalid):
    """Among those that are tried first: common, a row of keys, or made of one's own name."""

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
    """Tell whether little is left of it without words, rows of keys, dates and repetitions."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    if any(word in plain for word in _spoken(own)):
        return True
    return min(_left_over(plain), _left_over(plain.translate(_LEET))) < LEFT_OVER


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


def _left_over(text: str) -> int:
    """Return how many different letters and digits nobody would guess first."""
    rest = _words().sub(" ", _without_runs(_words().sub(" ", text)))
    rest = _HABITS.sub(" ", rest)
    return len({char for char in rest if char.isalnum()})


def _without_runs(text: str) -> str:
    """Take away three and more neighbours on the keyboard or in the alphabet."""
    kept, at = [], 0
    while at < len(text):
        end = at + 3
        if len(text[at:end]) == 3 and text[at:end] in _RUNS:
            while end < len(text) and text[at : end + 1] in _RUNS:
                end += 1
            at = end
            kept.append(" ")
        else:
            kept.append(text[at])
            at += 1
    return "".join(kept)


def _spoken(own: tuple[str, ...]) -> Iterator[str]:
    """Return a person's words as they may be typed: as they are, and in pinyin."""
    for word in own:
        plain = unicodedata.normalize("NFKC", word).casefold().strip()
        for form in (plain, "".join(lazy_pinyin(plain))):
            bare = "".join(char for char in form if char.isalnum())
            if len(bare) >= SHORTEST_WORD:
                yield bare


@cache
def _words() -> re.Pattern[str]:
    words = sorted(set(_COMMON.read_text(encoding="utf-8").split()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
