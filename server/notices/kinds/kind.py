"""A kind of notice, as data: which words, which ways, how often, for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from server.notices.kinds.facts import Fact
from server.notices.kinds.ways import Way


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


class Quiet(StrEnum):
    """What a notice does in quiet hours: wait for their end, or pass through them."""

    WAIT = "wait"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Opens:
    """What a tap on the card leads to.

    `page` is a page of the mini-program by the name that the settings give it
    (`templates.page_activity`), `query` the facts it is handed; `console` is a path below the
    console, for staff.
    """

    page: str = ""
    query: tuple[str, ...] = ()
    console: str = ""


ORDER = (
    Way.SERVICE,
    Way.MINIPROGRAM_CHAT,
    Way.SUBSCRIPTION,
    Way.NOTIFICATION,
    Way.TEMPLATE,
)
"""What costs nobody a credit first; a template message last, since WeChat allows fewest of them."""

STAFF_ORDER = (*ORDER[:2], Way.EMPLOYEE, *ORDER[2:])
"""Once staff are bound, a message to them is allowed for good: it goes before a credit is used."""


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of notice, as the code has it: version 0 of what the district may word itself.

    `name` begins the business key. `wording` is the key of the chat text, `title` that of the
    line in the inbox (empty: the chat text's first words), `told` that of the inbox text (empty:
    the chat text). `template` is the name in `settings.templates` (empty: no typed message),
    `fields` the fact, or the key of the sentence, that fills each typed field. `facts` are those
    that every notice of the kind bears, each with an invented sample.

    `promise` is what is kept when the outcome of a send is unknown (and `reason` why), `life` how
    long after it is due it is worth sending. `urgency` says whether it may wait for another day,
    `audience` whose quiet hours it keeps, `quiet` what it does in them. `ways` are the ways it
    may go, in order (empty: the usual order of its audience). `opens` is where a tap leads.
    `asked_for` marks the answer to what somebody just said, which they get even when they want
    no notices. `private` marks what is for its person alone: staff see it in no list, figure or
    copy, and nothing of it shows on other notices.
    """

    name: str
    wording: str
    template: str
    fields: Mapping[str, str]
    promise: Promise
    reason: str
    life: timedelta
    asked_for: bool = False
    private: bool = False
    urgency: Urgency = Urgency.ORDINARY
    audience: Audience = Audience.RESIDENT
    quiet: Quiet = Quiet.WAIT
    title: str = ""
    told: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    ways: tuple[Way, ...] = ()
    opens: Opens = Opens()

    @property
    def counts(self) -> bool:
        """Tell whether it counts into the one message a day (G8)."""
        return self.urgency is Urgency.ORDINARY and not self.asked_for

    @property
    def order(self) -> tuple[Way, ...]:
        """Return the ways in which to try to reach somebody, the first one first."""
        return self.ways or (STAFF_ORDER if self.audience is Audience.STAFF else ORDER)
