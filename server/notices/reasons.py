"""Why a notice could not go, as staff read it."""

import re

from config.wording import say, sentences
from server.notices.kinds import Way

CODE = re.compile(r"-?\d{1,6}")
WAYS = frozenset(Way)


def in_words(outcome: str | None) -> str:
    """Say an outcome in words: `service: window closed; template: 43004`; "" for none.

    What we have no words for is shown as it was written down, since WeChat's own texts help too.
    """
    if not outcome:
        return ""
    return "；".join(_part(part.strip()) for part in outcome.split(";") if part.strip())


def name_of(way: str | None) -> str:
    """Return what staff call a way; a way that is no longer known is shown as it was written."""
    return say(f"notices.way_{way}") if way in WAYS else way or ""


def _part(part: str) -> str:
    way, _, why = part.partition(": ")
    if way not in WAYS or not why:
        return _why(part)
    return say("notices.closed", way=name_of(way), why=_why(why))


def _why(why: str) -> str:
    key = f"notices.why_{why.replace(' ', '_').replace('-', 'minus_').replace(':', '')}"
    if key in sentences():
        return say(key)
    if CODE.fullmatch(why):
        return say("notices.why_code", code=why)
    return why
