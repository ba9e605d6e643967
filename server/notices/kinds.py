"""The kinds of notice, as data: which words, which template, how often, for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Promise(StrEnum):
    """What holds when a worker dies, or WeChat falls silent, in the middle of a send."""

    AT_LEAST_ONCE = "at_least_once"
    AT_MOST_ONCE = "at_most_once"


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of notice.

    `wording` is the key of the chat text, `template` the name in `settings.templates` (empty:
    chat only), `fields` the fact, or the sentence, that fills each typed field of the template
    (see `rendering`), `promise` what is
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


_A_PLACE = "missing it costs somebody a place or a walk for nothing; a second copy costs a glance"
_A_FACT = "it says when and where to be; a second copy says nothing wrong"

_ALL = (
    Kind(
        name="volunteers.signed_up",
        wording="notices.signed_up",
        template="signup",
        fields={
            "thing1": "title",
            "phrase2": "notices.phrase_signed_up",
            "time3": "starts_at.time",
            "thing4": "place",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=1),
    ),
    Kind(
        name="volunteers.waitlisted",
        wording="notices.waitlisted",
        template="signup",
        fields={
            "thing1": "title",
            "phrase2": "notices.phrase_waitlisted",
            "time3": "starts_at.time",
            "thing4": "place",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=1),
    ),
    Kind(
        name="volunteers.offered",
        wording="notices.offered",
        template="offer",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "time3": "until.time",
            "thing4": "notices.hint_offered",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_PLACE,
        life=timedelta(hours=2),
    ),
    Kind(
        name="volunteers.cancelled",
        wording="notices.cancelled",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "notices.hint_cancelled",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_PLACE,
        life=timedelta(days=3),
    ),
    Kind(
        name="volunteers.joined_twice",
        wording="notices.joined_twice",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "notices.hint_joined_twice",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=3),
    ),
    Kind(
        name="volunteers.reminder",
        wording="notices.reminder",
        template="reminder",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "place",
            "thing4": "notices.hint_reminder",
        },
        promise=Promise.AT_MOST_ONCE,
        reason="the sign-up is known already: reminded once too seldom beats reminded twice",
        life=timedelta(days=1),
    ),
    Kind(
        name="chat.late_reply",
        wording="notices.late_reply",
        template="",
        fields={},
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody was promised an answer; the same answer twice does no harm",
        life=timedelta(hours=48),
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
