"""What waits in the outbox: how much, for how long, and what may be claimed next."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from server.lists import among
from server.notices.kinds import KINDS, Promise
from server.notices.models import Notice, NoticeState
from server.notices.openness import OPEN_TO_STAFF
from server.people.models import Person

AT_MOST_ONCE = tuple(kind.name for kind in KINDS.values() if kind.promise is Promise.AT_MOST_ONCE)

# in the words of the partial index, or neither database would use it
OPEN = text("notice.state IN ('queued', 'sending')")

SENDING = text("notice.state = 'sending'")

_notice = Notice.__table__.c


class Backlog(NamedTuple):
    """How many notices are not settled, and how long the longest due one has waited."""

    open: int
    age: timedelta


def any_due(session: Session, now: datetime) -> bool:
    """Tell whether there is anything to claim or to sweep, without waiting for any writer."""
    ready = or_(_notice.state == NoticeState.QUEUED, _notice.claimed_until < now)
    found = select(_notice.id).where(OPEN, _notice.due_at <= now, ready).limit(1)
    return session.execute(found).first() is not None


def backlog(session: Session, now: datetime) -> Backlog:
    """Measure the queue as staff may see it; what is to go out later has not waited yet."""
    open_, due_at = session.execute(
        select(func.count(), func.min(_notice.due_at))
        .select_from(Notice.__table__)
        .where(OPEN, OPEN_TO_STAFF)
    ).one()
    return Backlog(open_, max(now - due_at, timedelta()) if due_at else timedelta())


def is_longer_than(session: Session, many: int) -> bool:
    """Tell whether so many notices or more wait; reads no further than that."""
    some = select(_notice.id).where(OPEN).limit(many).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) >= many


def select_due(now: datetime, limit: int) -> Select[Any]:
    """Select what may be claimed, locking the persons so that nobody else claims for them."""
    other = aliased(Notice.__table__, name="other")
    elsewhere = exists().where(
        other.c.person_id == _notice.person_id,
        text("other.state = 'sending'"),
        other.c.claimed_until >= now,
    )
    ready = or_(
        _notice.state == NoticeState.QUEUED,
        and_(
            _notice.claimed_until < now,
            or_(_notice.channel.is_(None), _notice.kind.not_in(AT_MOST_ONCE)),
        ),
    )
    return (
        select(
            _notice.id,
            _notice.person_id,
            _notice.kind,
            _notice.facts,
            _notice.attempts,
            _notice.not_after,
            _notice.credit_id,
            _notice.channel,
            _notice.digest_id,
        )
        .select_from(Notice.__table__)
        .join(Person.__table__, Person.__table__.c.id == _notice.person_id)
        .where(OPEN, _notice.due_at <= now, ready, ~elsewhere)
        .order_by(_notice.due_at, _notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )


def busy(session: Session, persons: set[int], now: datetime) -> set[int]:
    """Return to whom somebody else is sending by now: claims made since the selection."""
    return set(
        session.scalars(
            select(_notice.person_id).where(
                among(session, _notice.person_id, persons),
                SENDING,
                _notice.claimed_until >= now,
            )
        )
    )
