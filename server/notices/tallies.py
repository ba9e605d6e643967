"""Counting what people were told, as far as it matters to what they are still to be told."""

from collections import Counter

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from server.notices.kinds import KINDS, PRIVATE, Urgency
from server.notices.lately import GONE
from server.notices.models import Notice, NoticeState

_notice = Notice.__table__.c
_coming = _notice.state.in_((NoticeState.QUEUED, NoticeState.SENDING))


def times(obligation: ColumnElement[str], person: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """Select how often somebody was told of an obligation, may have been, or is still to be.

    What was dropped, or reached nobody, does not count.
    """
    about = _notice.obligation == obligation, _notice.person_id == person
    return select(func.count(_notice.id)).where(*about, or_(GONE, _coming)).scalar_subquery()


def ordinary(told: Counter[str]) -> int:
    """Count what counts into somebody's day, of what they were told by kind."""
    return sum(number for kind, number in told.items() if _is_ordinary(kind))


def private(told: Counter[str]) -> int:
    """Count what is private of it."""
    return sum(told[kind] for kind in PRIVATE)


def _is_ordinary(kind: str) -> bool:
    return kind not in KINDS or (KINDS[kind].urgency is Urgency.ORDINARY and kind not in PRIVATE)
