"""Looking over what the district wants to say, before any of it can be sent.

Each flaw is a code with facts, at the place in the form where it is; its sentence says what to
change. What passes here is taken by WeChat whatever the facts will be.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from config.wording import say
from server.errors import Invalid
from server.notices import burdens, patterns, rendering, versions
from server.notices import fields as typed
from server.notices.fields import FieldType
from server.notices.kinds import TYPED, Kind, Way
from server.notices.patterns import BadPattern
from server.notices.versions import LONGEST_TITLE, Version

LONGEST_TEXT = 500
MOST_FIELDS = 5
"""WeChat's templates are made of two to five keywords (kidList)."""
ROOM = 4
"""So many characters a fact needs to say anything, beside the constant words of a `thing`."""
ALONE = ("number", "amount")
"""Where two numbers side by side would be another number."""


class Flaw(NamedTuple):
    """What is wrong at one place: `at` is "chat", "title", "text", "ways" or "way.key"."""

    at: str
    code: str
    facts: Mapping[str, object]


class BadTemplate(Invalid):
    """The words would be refused by WeChat, or say what nobody has told; `flaws` tell where."""

    code = "notices.bad_template"

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__(count=len(flaws))
        self.flaws = flaws


def require(version: Version) -> None:
    """Refuse a version that has flaws."""
    found = flaws(version)
    if found:
        raise BadTemplate(found)


def sentence(flaw: Flaw) -> str:
    """Say what is wrong, and what to change."""
    facts = dict(flaw.facts)
    if "type" in facts:
        facts["rule"] = say(f"notices.rule_{facts['type']}")
    return say(f"notices.flaw_{flaw.code}", **facts)


def flaws(version: Version) -> tuple[Flaw, ...]:
    """Return everything that is wrong with a version, in the order of the form."""
    return tuple(_flaws(version))


def _flaws(version: Version) -> Iterator[Flaw]:
    kind = version.kind
    yield from _words(kind, "chat", version.chat, LONGEST_TEXT)
    yield from _words(kind, "title", version.title, LONGEST_TITLE)
    if version.text != version.chat:
        yield from _words(kind, "text", version.text, LONGEST_TEXT)
    if kind.template:
        yield from _all_typed(version)
    if not version.ways:
        yield Flaw("ways", "no_way", {})


def _words(kind: Kind, at: str, text: str, most: int) -> Iterator[Flaw]:
    """Look over a text of the chat or the inbox."""
    if not text.strip():
        yield Flaw(at, "empty", {})
        return
    named = _named(kind, at, text)
    yield from named
    if named:
        return
    if _has_control(text, "\n" if at != "title" else ""):
        yield Flaw(at, "control", {})
    length = typed.width(patterns.constant(text))
    if length > most:
        yield Flaw(at, "too_long", {"most": most, "length": length})
    if burdens.found_in(text):
        yield Flaw(at, "burden", {})


def _all_typed(version: Version) -> Iterator[Flaw]:
    """Look over the fields of every way; those that several ways share are told of once."""
    looked_at: list[Mapping[str, str]] = []
    for way in TYPED:
        given = version.fields[way]
        if given not in looked_at:
            looked_at.append(given)
            yield from _typed(version.kind, way, given)


def _typed(kind: Kind, way: Way, given: Mapping[str, str]) -> Iterator[Flaw]:
    """Look over the fields of a template."""
    if not given:
        yield Flaw(way, "no_fields", {})
    if len(given) > MOST_FIELDS:
        yield Flaw(way, "too_many_fields", {"most": MOST_FIELDS})
    for key, text in given.items():
        at = f"{way}.{key}"
        of_type = typed.type_of(key)
        if of_type is None:
            yield Flaw(at, "bad_key", {"field": key[:20]})
        elif not text.strip():
            yield Flaw(at, "empty", {})
        elif named := _named(kind, at, text):
            yield from named
        else:
            yield from _value(kind, at, of_type, text)


def _value(kind: Kind, at: str, of_type: FieldType, text: str) -> Iterator[Flaw]:
    """Look over the value of one field, whose facts are known."""
    named, words = patterns.names(text), patterns.constant(text)
    known, facts = versions.facts_of(kind), {"type": of_type.name}
    if _has_control(text, ""):
        yield Flaw(at, "control", {})
    elif wrong := [name for name in named if known[name].sort not in of_type.takes]:
        code = "wrong_fact" if of_type.takes else "no_facts"
        yield Flaw(at, code, facts | {"fact": known[wrong[0]].label})
    elif (most := _most(of_type, named)) and typed.width(words) > most:
        yield Flaw(at, "too_long", {"most": most, "length": typed.width(words)})
    elif not _fits(kind, at.partition(".")[2], of_type, text):
        yield Flaw(at, "bad_value", facts)


def _most(of_type: FieldType, named: tuple[str, ...]) -> int:
    return of_type.most - ROOM if named and of_type.most > ROOM else of_type.most


def _fits(kind: Kind, key: str, of_type: FieldType, text: str) -> bool:
    """Tell whether WeChat takes this field, with words that nothing is cut from."""
    words = typed.plain(patterns.constant(text))
    if not patterns.names(text):
        return of_type.fits(words)
    if of_type.name in ALONE and patterns.count(text) > 1:
        return False
    whole = not words or of_type.cut(words) == words
    return whole and of_type.fits(rendering.value(key, text, rendering.samples(kind)))


def _named(kind: Kind, at: str, text: str) -> tuple[Flaw, ...]:
    """Return what is wrong with the facts that a text names."""
    try:
        found = patterns.names(text)
    except BadPattern:
        return (Flaw(at, "braces", {}),)
    unknown = [name for name in found if name not in versions.facts_of(kind)]
    return tuple(Flaw(at, "unknown_fact", {"fact": name[:20]}) for name in unknown[:1])


def _has_control(text: str, allowed: str) -> bool:
    return any(unicodedata.category(char) in ("Cc", "Cs") for char in text if char not in allowed)
