"""What a broadcast may say: short, and nothing that burdens whoever reads it (G2, G9)."""

import unicodedata

from server.notices import burdens, fields
from server.notices.broadcasts.refusals import Burdens, TooLong, WordsNeeded
from server.notices.versions import LONGEST_TITLE

LONGEST_TEXT = 300
_UNSEEN = ("Cc", "Cf", "Cs", "Co")


def checked(title: str, text: str) -> tuple[str, str]:
    """Return title and text as they are kept, or refuse what nobody should be sent."""
    title, text = fields.plain(_bare(title)), _bare(text.replace("\r\n", "\n"))
    if not title or not text:
        raise WordsNeeded
    for words, most in ((title, LONGEST_TITLE), (text, LONGEST_TEXT)):
        if fields.width(words) > most:
            raise TooLong(most=most, given=fields.width(words))
    burden = burdens.found_in(title) or burdens.found_in(text)
    if burden:
        raise Burdens(words=burden)
    return title, text


def _bare(words: str) -> str:
    """Leave out what no screen shows."""
    kept = (char for char in words if char == "\n" or unicodedata.category(char) not in _UNSEEN)
    return "".join(kept).strip()
