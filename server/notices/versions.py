"""One version of what a kind says: the code's own words, or those with the district's over them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from config.wording import sentences
from server.notices import patterns
from server.notices.kinds import KINDS, TYPED, Fact, Kind, Quiet, Way, fact_of

CODE = 0
"""The number of the version that the code itself is."""
LONGEST_TITLE = 20
WAYS = frozenset(Way)


@dataclass(frozen=True, slots=True)
class Version:
    """What a kind says and how it goes, as patterns with `{facts}`; never changed once made.

    `chat` is what is said in a chat window, `title` and `text` stand in the inbox, `fields` are
    the typed fields by way, `ways` the ways in order, `quiet` what it does in quiet hours.
    """

    kind: Kind
    number: int
    chat: str
    title: str
    text: str
    fields: Mapping[Way, Mapping[str, str]]
    ways: tuple[Way, ...]
    quiet: Quiet

    def names(self) -> frozenset[str]:
        """Return every fact that these words name."""
        typed = [text for fields in self.fields.values() for text in fields.values()]
        said = (self.chat, self.title, self.text, *typed)
        return frozenset(name for text in said for name in patterns.names(text))


@cache
def facts_of(kind: Kind) -> Mapping[str, Fact]:
    """Return the facts that words of this kind may name: those it bears, and the code's own."""
    others = sorted(of_code(kind).names() - kind.facts.keys())
    return {**kind.facts, **{name: fact_of(name) for name in others}}


@cache
def of_code(kind: Kind) -> Version:
    """Return the kind as the code words it."""
    chat = sentences()[kind.wording]
    title = sentences()[kind.title] if kind.title else _first_words(chat)
    fields = {field: _pattern(source) for field, source in kind.fields.items()}
    return Version(
        kind=kind,
        number=CODE,
        chat=chat,
        title=title,
        text=sentences()[kind.told] if kind.told else chat,
        fields=dict.fromkeys(TYPED, fields),
        ways=kind.order,
        quiet=kind.quiet,
    )


def overlaid(kind: Kind, number: int, content: Mapping[str, Any]) -> Version:
    """Return the kind with what the district says in this version laid over the code."""
    code = of_code(kind)
    words = {name: content[name] for name in ("chat", "title", "text") if name in content}
    if "chat" in words and "text" not in words and not kind.told:
        words["text"] = words["chat"]
    # what a later release knows no longer is as if it had not been said
    fields = {
        way: dict(content["fields"][way]) for way in TYPED if way in content.get("fields", ())
    }
    return replace(
        code,
        number=number,
        fields={**code.fields, **fields},
        ways=tuple(Way(way) for way in content.get("ways", ()) if way in WAYS) or code.ways,
        quiet=Quiet(content["quiet"]) if "quiet" in content else code.quiet,
        **words,
    )


def difference(given: Version) -> dict[str, Any]:
    """Return what differs from the code, to be kept; `overlaid` makes the version of it again."""
    code = of_code(given.kind)
    content: dict[str, Any] = {}
    for name in ("chat", "title"):
        if getattr(given, name) != getattr(code, name):
            content[name] = getattr(given, name)
    if given.text != overlaid(given.kind, given.number, content).text:
        content["text"] = given.text
    changed = {
        way.value: dict(fields)
        for way, fields in given.fields.items()
        if fields != code.fields.get(way)
    }
    if changed:
        content["fields"] = changed
    if given.ways != code.ways:
        content["ways"] = [way.value for way in given.ways]
    if given.quiet != code.quiet:
        content["quiet"] = given.quiet.value
    return content


def of(name: str) -> Version:
    """Return the code's version of the kind of that name."""
    return of_code(KINDS[name])


def _pattern(source: str) -> str:
    """Return the pattern that the source of a field stands for: a sentence, or one fact."""
    return sentences().get(source) or f"{{{source.removesuffix('.time')}}}"


def _first_words(chat: str) -> str:
    line = chat.partition("\n")[0].partition("：")[0]
    return patterns.filled(line, {}, "…")[:LONGEST_TITLE]
