"""What WeChat tells later of a message that it had taken: whether it arrived.

A result is written once and never changes: the first one told counts. The event may be here before
the worker has settled the send; as nobody has two notices on their way at once, it then belongs
to the one that is, and stays with it when it is settled (`answers.sent`).
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, select, update
from sqlalchemy.orm import Session

from server.lists import dialect_of, named
from server.notices.models import Notice, NoticeState

BLOCKED_FOR = timedelta(days=7)
"""So long nobody gets template messages who refuses them; WeChat tells of no change of mind."""

_notice = Notice.__table__.c


class Result(StrEnum):
    """How a message fared."""

    DELIVERED = "delivered"
    BLOCKED = "user block"
    FAILED = "system failed"


def note(
    session: Session,
    person_id: int,
    message_id: str,
    ways: Collection[str],
    result: Result,
    now: datetime,
) -> bool:
    """Write down how a message fared; False when it was known, or no notice of theirs bears it."""
    mine = and_(_notice.person_id == person_id, _notice.channel.in_(ways))
    settled = and_(mine, _notice.message_id == message_id)
    on_its_way = and_(mine, _notice.state == NoticeState.SENDING, _notice.message_id.is_(None))
    if _write(session, settled, message_id, result, now):
        return True
    # each statement sees what was committed before it: the send may be settled between any two
    if session.scalar(select(_notice.id).where(settled).limit(1)) is not None:
        return _write(session, settled, message_id, result, now)
    return any(_write(session, which, message_id, result, now) for which in (on_its_way, settled))


def blocking(session: Session, persons: Collection[int], now: datetime) -> set[int]:
    """Return who of these people refused the template messages of the last days."""
    if not persons:
        return set()
    asked = {
        "persons": list(persons),
        "queued_since": now - BLOCKED_FOR * 2,
        "since": now - BLOCKED_FOR,
    }
    return set(session.scalars(_refused(dialect_of(session)), asked))


@cache
def _refused(dialect: str) -> Select[int]:
    return select(_notice.person_id).where(
        named(dialect, _notice.person_id, "persons"),
        _notice.queued_at > bindparam("queued_since"),
        _notice.result == Result.BLOCKED,
        _notice.result_at > bindparam("since"),
    )


def _write(
    session: Session,
    which: ColumnElement[bool],
    message_id: str,
    result: Result,
    now: datetime,
) -> bool:
    written = (
        update(Notice.__table__)
        .where(which, _notice.result.is_(None))
        .values(message_id=message_id, result=result, result_at=now)
        .returning(_notice.id)
    )
    return session.execute(written).first() is not None
