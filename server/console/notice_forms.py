"""The form of a notice's words: what stands in it, and the version that it asks for."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from flask import request

from server.console import fields
from server.console.pages import keyed
from server.notices import checking, labels, versions
from server.notices.checking import MOST_FIELDS, BadTemplate, Flaw
from server.notices.kinds import TYPED, Audience, Kind, Quiet, Way
from server.notices.versions import Version

BASE = Way.SUBSCRIPTION
"""The way whose fields are those of all the others that have none of their own."""


class Row(NamedTuple):
    """One field of a template in the form, by its number from 1."""

    number: int
    key: str
    text: str


class Table(NamedTuple):
    """The fields of one way; `is_own` when they are not those of the first table."""

    way: Way
    is_own: bool
    rows: tuple[Row, ...]


def ways_of(kind: Kind) -> tuple[Way, ...]:
    """Return by which ways a kind may go: messages to staff are for staff."""
    if kind.audience is Audience.STAFF:
        return tuple(Way)
    return tuple(way for way in Way if way is not Way.EMPLOYEE)


def tables(version: Version) -> tuple[Table, ...]:
    """Return the tables of fields, the first one that of all ways."""
    if not version.kind.template:
        return ()
    typed = [way for way in ways_of(version.kind) if way in TYPED]
    return tuple(_table(version, way) for way in typed)


def keyed_version(kind: Kind) -> Version:
    """Return the version that was keyed in, flaws and all."""
    text = _words(kind, "chat")
    ways = [keyed(f"way-{number}") for number in range(1, len(Way) + 1)]
    given = versions.of_code(kind)
    return replace(
        given,
        chat=text,
        title=_words(kind, "title"),
        text=_words(kind, "text") or text,
        fields=_fields(kind),
        ways=tuple(dict.fromkeys(Way(way) for way in ways if way in ways_of(kind))),
        quiet=fields.choice("quiet", tuple(Quiet), Quiet.WAIT),
    )


def flaws(version: Version) -> tuple[Flaw, ...]:
    """Return what is wrong with what was keyed, such as a field that stands there twice."""
    return (*_twice(version.kind), *checking.flaws(version))


def require(version: Version) -> None:
    """Refuse what was keyed if anything is wrong with it."""
    found = flaws(version)
    if found:
        raise BadTemplate(found)


def seen() -> int:
    """Return the number of the version that the form was drawn from."""
    return fields.number("seen")


def _table(version: Version, way: Way) -> Table:
    given = [*version.fields[way].items()][:MOST_FIELDS]
    given += [("", "")] * (MOST_FIELDS - len(given))
    rows = (
        Row(number, key, labels.shown(version.kind, text))
        for number, (key, text) in enumerate(given, 1)
    )
    return Table(way, version.fields[way] != version.fields[BASE], tuple(rows))


def _words(kind: Kind, name: str) -> str:
    return labels.read(kind, keyed(name).replace("\r\n", "\n"))


def _fields(kind: Kind) -> dict[Way, dict[str, str]]:
    if not kind.template:
        return {way: {} for way in TYPED}
    base = {key: labels.read(kind, text) for key, text in _rows(BASE)}
    found = {way: base for way in TYPED}
    for way in TYPED:
        if way is not BASE and f"own-{way}" in request.form:
            found[way] = {key: labels.read(kind, text) for key, text in _rows(way)}
    return found


def _rows(way: Way) -> Iterator[tuple[str, str]]:
    for number in range(1, MOST_FIELDS + 1):
        key, text = keyed(f"{way}-key-{number}"), keyed(f"{way}-text-{number}")
        if key or text:
            yield key, text


def _twice(kind: Kind) -> Iterator[Flaw]:
    """Find the fields that stand in one table twice."""
    for way in TYPED if kind.template else ():
        if way is BASE or f"own-{way}" in request.form:
            keys = [key for key, _ in _rows(way)]
            for key in {key for key in keys if keys.count(key) > 1}:
                yield Flaw(f"{way}.{key}", "twice", {"field": key[:20]})
