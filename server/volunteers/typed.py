"""What people and staff type: kept as it is, but for what nobody sees."""

import unicodedata

from server.errors import Invalid


class TooManyWords(Invalid):
    """The text is longer than anybody would read."""

    code = "needs.too_many_words"


def clean(text: str, most: int) -> str:
    """Return the text without control characters, on as few lines as it has; refuse a longer one.

    Emoji are kept whole: the joiner that holds some of them together is no control character.
    """
    lines = ("".join(filter(_seen, line)).strip() for line in text.splitlines())
    kept = "\n".join(line for line in lines if line)
    if len(kept) > most:
        raise TooManyWords(most=most, given=len(kept))
    return kept


def _seen(char: str) -> bool:
    return char in "\t\u200d" or unicodedata.category(char) not in ("Cc", "Cs", "Cf", "Co", "Cn")
