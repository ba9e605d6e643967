"""A notice in words: as a chat text, and as the typed fields of a template."""

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from string import Formatter

from config.wording import say, sentences
from server.notices.kinds import Kind

HOW = "how"
"""The fact that says how a reminder is put off, or stopped."""

EMPTY = "无"
TEXT_BYTES = 2048
THING = 20
PHRASE = 5
NAME = 10


def complete(kind: Kind, facts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts with how a reminder is put off, where the kind's sentences say that.

    Raise `ValueError` when they name another fact that is not given.
    """
    named = _named(kind)
    how = {HOW: say("notices.how_to_pause")} if HOW in named else {}
    given = how | dict(facts)
    lacking = named - given.keys()
    if lacking:
        raise ValueError(f"{kind.name} lacks {', '.join(sorted(lacking))}")
    return given


def how_to_stop() -> str:
    """Say how one gets no more reminders, where this one cannot be put off."""
    return say("notices.how_to_stop")


def chat_text(kind: Kind, facts: Mapping[str, str]) -> str:
    """Return what is said in chat, at most the 2,048 bytes that WeChat takes."""
    text = say(kind.wording, **facts)
    if len(text.encode()) <= TEXT_BYTES:
        return text
    return text.encode()[: TEXT_BYTES - 3].decode(errors="ignore") + "…"


def fields(kind: Kind, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the kind's template fields, each cut to its type.

    A field is named by type and number (`thing1`) and filled from a sentence of the wording
    where its source is the key of one, else from the fact of that name. What the facts lack is
    said as "无", because WeChat refuses an empty value.
    """
    values = {}
    for field, source in kind.fields.items():
        text = say(source, **facts) if source in sentences() else str(facts.get(source) or "")
        values[field] = CUTS.get(field.rstrip("0123456789"), plain)(text)
    return values


def plain(text: str) -> str:
    """Return the text on one line, without control characters; "无" for nothing."""
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(shown.split()) or EMPTY


def thing(text: str) -> str:
    """Cut to a `thing`: 20 characters, of which those beyond the basic plane count two."""
    text = plain(text)
    if _width(text) <= THING:
        return text
    while _width(text) > THING - 1:
        text = text[:-1]
    return text + "…"


def phrase(text: str) -> str:
    """Cut to a `phrase`: at most five hanzi and nothing else."""
    hanzi = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    return "".join(hanzi[:PHRASE]) or EMPTY


def name(text: str) -> str:
    """Cut to a `name`: at most ten characters, no digits."""
    return plain("".join(char for char in text if not char.isdigit()))[:NAME]


CUTS: Mapping[str, Callable[[str], str]] = {"thing": thing, "phrase": phrase, "name": name}


@cache
def _named(kind: Kind) -> frozenset[str]:
    """Return the names of the facts that stand in the kind's sentences."""
    said = [kind.wording, *(source for source in kind.fields.values() if source in sentences())]
    parsed = (part for key in said for part in Formatter().parse(sentences()[key]))
    return frozenset(name for _text, name, _spec, _conversion in parsed if name)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)
