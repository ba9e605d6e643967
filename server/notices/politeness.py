"""Whether a notice may go just now, judged in the transaction in which a send begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from server.notices.claims import Claimed
from server.notices.kinds import KINDS
from server.people import consents
from server.people.consents import Purpose


class Saying(StrEnum):
    """What becomes of a notice that a worker would send."""

    GO = "go"
    WAIT = "wait"
    ALONG = "along"
    UNWANTED = "unwanted"
    OVER = "over"


class Why(StrEnum):
    """Why a notice does not go now, as the operator reads it."""

    LATE = "too late"


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


def judge(session: Session, claimed: Sequence[Claimed], now: datetime) -> Mapping[int, Verdict]:
    """Return a verdict for each notice. One statement, however many."""
    persons = {each.person_id for each in claimed}
    unwanting = consents.withdrawn(session, persons, Purpose.NOTICES)
    return {each.id: _judge(each, each.person_id in unwanting, now) for each in claimed}


def _judge(claimed: Claimed, is_unwanting: bool, now: datetime) -> Verdict:
    if claimed.not_after is not None and now > claimed.not_after:
        return Verdict(Saying.OVER, Why.LATE)
    kind = KINDS.get(claimed.kind)
    if is_unwanting and not (kind and kind.asked_for):
        return Verdict(Saying.UNWANTED)
    return Verdict(Saying.GO)
