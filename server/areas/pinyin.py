"""Finding areas and teams by the first letters of their pinyin; never people."""

from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

MOST_READINGS = 64


@lru_cache(maxsize=8_192)
def initials(name: str) -> frozenset[str]:
    """Return the first letters of a name in each way it may be read: 长治 gives cz and zz."""
    read = pinyin(name, style=Style.FIRST_LETTER, heteronym=True, errors=str)
    ways = [sorted({way.lower() for way in each}) for each in read]
    count = 1
    for each in ways:
        count *= len(each)
    if count > MOST_READINGS:
        ways = [each[:1] for each in ways]
    return frozenset("".join(way) for way in product(*ways))


def begins(name: str, letters: str) -> bool:
    """Tell whether the name's first letters begin so, in one way of reading it."""
    wanted = letters.lower()
    return any(each.startswith(wanted) for each in initials(name))


def could_be(words: str) -> bool:
    """Tell whether somebody keyed letters rather than characters or digits."""
    return words.isascii() and words.isalpha()
