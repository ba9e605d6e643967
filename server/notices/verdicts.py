"""What becomes of a notice that a worker would send, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Saying(StrEnum):
    """What becomes of a notice that a worker would send."""

    GO = "go"
    WAIT = "wait"
    ALONG = "along"
    UNWANTED = "unwanted"
    OVER = "over"


class Why(StrEnum):
    """Why a notice does not go now, as the operator reads it."""

    QUIET = "quiet hours"
    DAY = "another message today"
    OBLIGATION = "reminded often enough"
    LATE = "too late"
    STOPPED = "stopped by staff"
    LEFT = "not meant any more"
    TOLD = "told by another account"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a notice.

    GO: send it, begun before `until` (None: whenever). WAIT: queue it again for `until`. ALONG:
    it is told in the message of `carrier`. UNWANTED: the person wants no notices. OVER: drop it.
    """

    says: Saying
    why: Why | None = None
    until: datetime | None = None
    carrier: int | None = None
