"""Why a notice is where it is, by classes that staff look for; read from its outcome."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, not_, or_

from server.notices import channels
from server.notices.circuits import WAITS
from server.notices.claims import UNKNOWN
from server.notices.models import Notice, NoticeState
from server.notices.outbox import NOT_WANTED
from server.notices.verdicts import Why

AGAIN = "tried again by staff"
BUG = "a mistake of ours"
REFUSED = "refused: "

_notice = Notice.__table__.c
_outcome = func.coalesce(_notice.outcome, "")


class Cause(StrEnum):
    """A class of outcomes. FAULT is whatever went wrong on the way and may be over soon."""

    QUIET = "quiet"
    DAY = "day"
    CIRCUIT = "circuit"
    FAULT = "fault"
    AGAIN = "again"
    UNWANTED = "unwanted"
    NO_WAY = "no_way"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    BUG = "bug"
    LATE = "late"
    ENOUGH = "enough"
    NOT_WANTED = "not_wanted"
    STOPPED = "stopped"
    LEFT = "left"
    TOLD = "told"
    ERASED = "erased"


BEGINS: Mapping[Cause, str] = {
    Cause.QUIET: Why.QUIET,
    Cause.DAY: Why.DAY,
    Cause.CIRCUIT: WAITS,
    Cause.AGAIN: AGAIN,
    Cause.UNWANTED: channels.UNWANTED,
    Cause.REFUSED: REFUSED,
    Cause.UNKNOWN: UNKNOWN,
    Cause.BUG: BUG,
    Cause.LATE: Why.LATE,
    Cause.ENOUGH: Why.OBLIGATION,
    Cause.NOT_WANTED: NOT_WANTED,
    Cause.STOPPED: Why.STOPPED,
    Cause.LEFT: Why.LEFT,
    Cause.TOLD: Why.TOLD,
    Cause.ERASED: "erased",
}
"""How the outcomes of each class begin, where that alone tells the class."""


def of(state: NoticeState, outcome: str | None) -> Cause | None:
    """Return the class of an outcome; None for what has none yet, or was sent."""
    if state is NoticeState.SENT:
        return None
    for cause, words in BEGINS.items():
        if (outcome or "").startswith(words):
            return cause
    if state is NoticeState.UNREACHABLE:
        return Cause.NO_WAY
    return Cause.FAULT if outcome or state is NoticeState.DEAD else None


def is_(cause: Cause) -> ColumnElement[bool]:
    """Return the condition that a notice is of this class: the same as `of` tells."""
    unsent = _notice.state != NoticeState.SENT
    if cause in BEGINS:
        return and_(unsent, _begins(cause))
    other = not_(or_(*(_begins(each) for each in BEGINS)))
    unreachable = _notice.state == NoticeState.UNREACHABLE
    if cause is Cause.NO_WAY:
        return and_(unreachable, other)
    gone_wrong = or_(_outcome != "", _notice.state == NoticeState.DEAD)
    return and_(unsent, other, not_(unreachable), gone_wrong)


def _begins(cause: Cause) -> ColumnElement[bool]:
    return _outcome.startswith(BEGINS[cause], autoescape=True)
