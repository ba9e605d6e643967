"""A kind of notice, as data: which words, which template, how often, for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Promise(StrEnum):
    """What holds when a worker dies, or WeChat falls silent, in the middle of a send."""

    AT_LEAST_ONCE = "at_least_once"
    AT_MOST_ONCE = "at_most_once"


class Urgency(StrEnum):
    """Whether a notice counts into how many a person gets a day (G8), or cannot wait."""

    ORDINARY = "ordinary"
    URGENT = "urgent"


class Audience(StrEnum):
    """Whose hours a notice keeps."""

    RESIDENT = "resident"
    RIDER = "rider"
    MEMBER = "member"
    STAFF = "staff"


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of notice.

    `wording` is the key of the chat text, `template` the name in `settings.templates` (empty:
    chat only), `fields` the fact, or the sentence, that fills each typed field of the template
    (see `rendering`), `promise` what is
    kept when the outcome of a send is unknown (and `reason` why), `life` how long after it is
    due it is worth sending. `asked_for` marks the answer to what somebody just said, which they
    get even when they want no notices. `urgency` says whether it may wait for another day,
    `audience` whose quiet hours it keeps.
    """

    name: str
    wording: str
    template: str
    fields: Mapping[str, str]
    promise: Promise
    reason: str
    life: timedelta
    asked_for: bool = False
    urgency: Urgency = Urgency.ORDINARY
    audience: Audience = Audience.RESIDENT
