"""How a phone will show a notice, with invented facts: for looking at it before it is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.wording import say
from server.notices import patterns, rendering, versions
from server.notices.kinds import CHATS, KINDS, PRIVATE, Way
from server.notices.models import NoticeHour, NoticeState
from server.notices.rendering import Line
from server.notices.versions import Version

MONTH = timedelta(days=30)


class Field(NamedTuple):
    """A line of a card. What the phone calls it is set at WeChat; `label` is our guess."""

    key: str
    label: str
    value: str


class Card(NamedTuple):
    """A message with typed fields, as it looks by these ways."""

    ways: tuple[Way, ...]
    fields: tuple[Field, ...]


class Preview(NamedTuple):
    """A notice as each way shows it; `chat` is None where it never goes by chat."""

    chat: str | None
    cards: tuple[Card, ...]
    inbox: Line


def of(version: Version, given: Mapping[str, str] | None = None) -> Preview:
    """Return what the notice looks like, with these facts or invented ones.

    The version has no flaws.
    """
    facts = rendering.samples(version.kind) if given is None else given
    chat = any(way in CHATS for way in version.ways)
    return Preview(
        rendering.chat_text(version, facts) if chat else None,
        tuple(_cards(version, facts)),
        rendering.inbox(version, facts),
    )


@cache
def title_of(name: str) -> str:
    """Return what staff call a kind: the line that it has in the inbox, as the code words it.

    A kind that is gone is called as it was.
    """
    return of(versions.of_code(KINDS[name])).inbox.title if name in KINDS else name


def frequencies(session: Session, now: datetime) -> dict[str, int]:
    """Return how many notices of each kind went out within thirty days, but of what is private."""
    sent = NoticeHour.state == NoticeState.SENT, NoticeHour.kind.not_in(PRIVATE)
    rows = session.execute(
        select(NoticeHour.kind, func.sum(NoticeHour.number))
        .where(NoticeHour.hour > now - MONTH, *sent)
        .group_by(NoticeHour.kind)
    )
    return {kind: int(number) for kind, number in rows}


def _cards(version: Version, facts: Mapping[str, str]) -> Sequence[Card]:
    """Return one card for all the ways that have the same fields."""
    alike: dict[tuple[tuple[str, str], ...], list[Way]] = {}
    for way in version.ways:
        if way.is_typed and version.kind.template:
            alike.setdefault(tuple(version.fields[way].items()), []).append(way)
    return [
        Card(
            tuple(ways),
            tuple(
                Field(key, label_of(version, key, text), rendering.value(key, text, facts))
                for key, text in fields
            ),
        )
        for fields, ways in alike.items()
    ]


def label_of(version: Version, key: str, pattern: str) -> str:
    """Return what a field is probably called: its fact, or what its type is used for."""
    named = patterns.names(pattern)
    if len(named) == 1 and not patterns.constant(pattern).strip():
        return versions.facts_of(version.kind)[named[0]].label
    return say(f"notices.type_{key.rstrip('0123456789')}")
