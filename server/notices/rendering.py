"""A notice in words: as a chat text, as the typed fields of a template, as a line in the inbox."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import ColumnElement

from config.settings import Settings
from config.wording import LOCAL, say, spell
from server.notices import fields as typed
from server.notices import patterns, versions
from server.notices.kinds import Kind, Sort, Way
from server.notices.versions import Version

HOW = "how"
"""The fact that says how a reminder is put off, or stopped."""

TEXT_BYTES = 2048
DATED = ("time", "date")
TOO_MUCH = 10**10
"""An `amount` has at most ten digits."""


class Line(NamedTuple):
    """A notice as it stands in the inbox."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice ready to go by one way: a text, or the typed fields of a template.

    `page` is a page of the mini-program, `url` one of the web, that a tap opens; "" opens none.
    """

    text: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    url: str = ""


def check(kind: Kind, facts: Mapping[str, object]) -> None:
    """Raise `ValueError` when a fact is not given that the kind bears, or is of the wrong sort.

    What stands in a field for a time, a day or a number must be one: WeChat refuses anything else.
    """
    lacking = versions.facts_of(kind).keys() - facts.keys()
    if lacking:
        raise ValueError(f"{kind.name} lacks {', '.join(sorted(lacking))}")
    for name, sort in _strict(kind):
        if not _is(facts[name], sort):
            raise ValueError(f"{kind.name}: {name} is no {sort}")


def complete(kind: Kind, facts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts, with how a reminder is put off where the kind says that; look them over.

    Raise `ValueError` as `check` does.
    """
    tells = HOW in versions.facts_of(kind)
    given = ({HOW: say("notices.how_to_pause")} if tells else {}) | dict(facts)
    check(kind, given)
    return given


def how_to_stop() -> str:
    """Say how one gets no more reminders, where this one cannot be put off."""
    return say("notices.how_to_stop")


def spelled(facts: Mapping[str, object]) -> dict[str, str]:
    """Write the facts as people read them; a moment and a day also as a template's field wants it.

    The second form stands under the name with `.time` or `.date` behind it: `starts_at.time`.
    """
    words = {name: spell(fact) for name, fact in facts.items()}
    for name, fact in facts.items():
        if isinstance(fact, datetime):
            words[f"{name}.time"] = f"{fact.astimezone(LOCAL):%Y年%m月%d日 %H:%M}"
        elif isinstance(fact, date):
            words[f"{name}.date"] = f"{fact:%Y年%m月%d日}"
    return words


def samples(kind: Kind) -> dict[str, str]:
    """Return the kind's facts with their invented samples, spelled as when they are queued."""
    facts = versions.facts_of(kind)
    return spelled({name: fact.sample for name, fact in facts.items()})


def letter(version: Version, way: Way, facts: Mapping[str, str], settings: Settings) -> Letter:
    """Return the notice as it goes by this way."""
    if not way.is_typed:
        return Letter(text=chat_text(version, facts))
    opens = version.kind.opens
    page = settings.templates.page(opens.page)
    if page and opens.query:
        page += "?" + urlencode({name: facts.get(name, "") for name in opens.query})
    if way is Way.EMPLOYEE and not page:
        page = settings.templates.page_start
    url = f"{settings.public_url}/console{opens.console}" if opens.console else ""
    return Letter(data=fields(version, way, facts), page=page, url=url)


def chat_text(version: Version, facts: Mapping[str, str]) -> str:
    """Return what is said in chat, at most the 2,048 bytes that WeChat takes."""
    text = _readable(patterns.filled(version.chat, facts, typed.NONE))
    if len(text.encode()) <= TEXT_BYTES:
        return text
    return text.encode()[: TEXT_BYTES - 3].decode(errors="ignore") + typed.ELLIPSIS


def inbox(version: Version, facts: Mapping[str, str]) -> Line:
    """Return the notice as it stands in the inbox."""
    title = typed.plain(patterns.filled(version.title, facts, typed.NONE))
    text = _readable(patterns.filled(version.text, facts, typed.NONE))
    return Line(typed.shortened(title, versions.LONGEST_TITLE) or typed.NONE, text)


def fields(version: Version, way: Way, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the template's fields, each cut to its type.

    What the facts lack is said as "无", because WeChat refuses an empty value.
    """
    return {key: value(key, text, facts) for key, text in version.fields[way].items()}


def value(key: str, pattern: str, facts: Mapping[str, str]) -> str:
    """Return the value of one field: its pattern with the facts, cut to the type in its key."""
    kind = typed.type_of(key)
    assert kind is not None, key
    if kind.name in DATED:
        facts = {**facts, **_dated(pattern, facts)}
    return kind.cut(patterns.filled(pattern, facts, typed.NONE)) or typed.NONE


@cache
def _strict(kind: Kind) -> tuple[tuple[str, Sort], ...]:
    sorts = (Sort.MOMENT, Sort.DAY, Sort.NUMBER)
    named = {name: fact.sort for name, fact in kind.facts.items() if fact.sort in sorts}
    for given in versions.of_code(kind).fields.values():
        for key, pattern in given.items():
            if key.rstrip("0123456789") in DATED:
                named |= {name: named.get(name, Sort.MOMENT) for name in patterns.names(pattern)}
    return tuple(named.items())


def _is(fact: object, sort: Sort) -> bool:
    if isinstance(fact, ColumnElement):
        # what is taken from many rows at once comes as text, which is right for numbers alone
        return sort is Sort.NUMBER
    if sort is Sort.MOMENT:
        return isinstance(fact, datetime) and fact.tzinfo is not None
    if sort is Sort.DAY:
        return isinstance(fact, date) and not isinstance(fact, datetime)
    return isinstance(fact, int) and not isinstance(fact, bool) and 0 <= fact < TOO_MUCH


def _dated(pattern: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the moments and days that a pattern names, as a field for them wants it."""
    found = {name: facts.get(f"{name}.time") for name in patterns.names(pattern)}
    return {name: found[name] or facts.get(f"{name}.date", "") for name in found}


def _readable(text: str) -> str:
    """Return a text of several lines without what no screen shows."""
    kept = "".join(
        char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs")
    )
    return kept.strip() or typed.NONE
