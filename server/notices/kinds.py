"""The kinds of notice, as data: which words, which template, how often, for how long."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

EMPTY = "无"
THING = 20
PHRASE = 5


class Promise(StrEnum):
    """What holds when a worker dies, or WeChat falls silent, in the middle of a send."""

    AT_LEAST_ONCE = "at_least_once"
    AT_MOST_ONCE = "at_most_once"


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    `wording` is the key of the chat text, `template` the name in `settings.templates` (empty:
    chat only), `fields` which fact fills which typed field of the template, `promise` what is
    kept when the outcome of a send is unknown (and `reason` why), `life` how long after it is
    due it is worth sending.
    """

    name: str
    wording: str
    template: str
    fields: Mapping[str, str]
    promise: Promise
    reason: str
    life: timedelta


def thing(text: str) -> str:
    """Cut to what a `thing` field takes: 20 characters, those beyond the BMP count two."""
    return _cut(text, THING)


def phrase(text: str) -> str:
    """Cut to what a `phrase` field takes: five hanzi and nothing else."""
    hanzi = "".join(char for char in text if unicodedata.name(char, "").startswith("CJK UNIFIED"))
    return hanzi[:PHRASE] or EMPTY


def name(text: str) -> str:
    """Cut to what a `name` field takes: ten characters, without signs of our own."""
    return _plain(text)[:10] or EMPTY


def plain(text: str) -> str:
    """Return the text without control characters and line ends."""
    return _plain(text) or EMPTY


CUTS: dict[str, Callable[[str], str]] = {"thing": thing, "phrase": phrase, "name": name}


def fill(kind: Kind, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the kind's template fields, each cut to its type.

    A field is named by type and number (`thing1`); what the facts lack is said as "无", because
    WeChat refuses an empty value.
    """
    values = {}
    for field, fact in kind.fields.items():
        cut = CUTS.get(field.rstrip("0123456789"), plain)
        values[field] = cut(str(facts.get(fact) or ""))
    return values


def _cut(text: str, limit: int) -> str:
    text = _plain(text)
    if _width(text) <= limit:
        return text or EMPTY
    while _width(text) > limit - 1:
        text = text[:-1]
    return text + "…"


def _plain(text: str) -> str:
    visible = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)
    return " ".join(visible.split())


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


_ONCE_MORE = "missing it costs somebody a place or a walk for nothing; a second copy costs a glance"

SIGNED_UP = Kind(
    name="volunteers.signed_up",
    wording="notices.signed_up",
    template="signup",
    fields={"thing1": "title", "time2": "starts_at.time", "thing3": "place", "phrase4": "result"},
    promise=Promise.AT_LEAST_ONCE,
    reason="it says when and where to be; a second copy says nothing wrong",
    life=timedelta(days=1),
)
OFFERED = Kind(
    name="volunteers.offered",
    wording="notices.offered",
    template="offer",
    fields={"thing1": "title", "time2": "starts_at.time", "time3": "offer_ends_at.time"},
    promise=Promise.AT_LEAST_ONCE,
    reason=_ONCE_MORE,
    life=timedelta(hours=2),
)
CANCELLED = Kind(
    name="volunteers.cancelled",
    wording="notices.cancelled",
    template="cancelled",
    fields={"thing1": "title", "time2": "starts_at.time", "thing3": "reason"},
    promise=Promise.AT_LEAST_ONCE,
    reason=_ONCE_MORE,
    life=timedelta(days=3),
)
REMINDER = Kind(
    name="volunteers.reminder",
    wording="notices.reminder",
    template="reminder",
    fields={"thing1": "title", "time2": "starts_at.time", "thing3": "place"},
    promise=Promise.AT_MOST_ONCE,
    reason="the sign-up is known already; reminded once too seldom beats reminded twice",
    life=timedelta(days=1),
)
LATE_REPLY = Kind(
    name="chat.late_reply",
    wording="notices.late_reply",
    template="",
    fields={},
    promise=Promise.AT_LEAST_ONCE,
    reason="somebody was promised an answer; the same answer twice does no harm",
    life=timedelta(hours=48),
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (SIGNED_UP, OFFERED, CANCELLED, REMINDER, LATE_REPLY)
}
