"""How a name may be shown: enough for whoever knows the person, too little for whoever does not."""

import re

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+")
MOST_STARS = 3


def masked(name: str) -> str:
    """Return a name as lists show it: 李* , 王*兰, 欧**兰, J*** S***.

    Of a Chinese name the first character stays, and the last of those with three or more; of
    any other name the first letter of each word. How long it is past that cannot be told.
    """
    words = name.split()
    if not words:
        return ""
    if HAN.fullmatch("".join(words)):
        return _han("".join(words))
    return " ".join(f"{word[0]}{'*' * MOST_STARS}" for word in words)


def _han(name: str) -> str:
    if len(name) < 3:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * min(len(name) - 2, MOST_STARS)}{name[-1]}"
