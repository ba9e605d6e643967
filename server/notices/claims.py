"""Who is sending which notice: claims that run out, so that a dead worker holds up nobody.

Whatever is written of a claimed notice is written after its row was locked and found to be still
ours, so a worker that was paused past its lease changes nothing. No two claims that have not run
out are ever for one person: WeChat refuses parallel sends.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Row, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from server.lists import among, dialect_of, named
from server.notices import due
from server.notices.models import Notice, NoticeState
from server.notices.versions import Version
from server.notices.writing import WRITTEN, write_each

LEASE = timedelta(seconds=60)
SWEEP = 500
LONG_QUEUE = 2_000
UNKNOWN = "unknown: the worker died, or WeChat fell silent, during the send"

_notice = Notice.__table__.c
_AFRESH = {"state": NoticeState.SENDING, "channel": None}

Held: TypeAlias = Row[Any]
"""A row that is locked and ours: `id`, `claimed_by` and every column that may be written."""


class Passenger(NamedTuple):
    """A notice that is told in another's message, in the words of a version."""

    id: int
    facts: dict[str, str]
    said: Version


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that is ours to send until the claim runs out, with what goes along in it.

    `doubtful` is the way of an earlier attempt of which nobody knows whether it arrived.
    """

    id: int
    person_id: int
    kind: str
    facts: dict[str, str]
    attempts: int
    not_after: datetime | None
    credit_id: int | None
    by: str
    doubtful: str | None = None
    along: tuple[Passenger, ...] = ()


def claim(session: Session, now: datetime, limit: int) -> Sequence[Claimed]:
    """Take up to `limit` notices that are due, one a person, the longest due first.

    Claims that ran out are taken again, unless a send had begun and the kind is sent at most
    once: see `sweep`.
    """
    by = secrets.token_hex(8)
    found = session.execute(due.select_due(now, limit)).all()
    busy = due.busy(session, {row.person_id for row in found}, now)
    chosen: dict[int, Any] = {}
    for row in found:
        if row.person_id not in busy:
            chosen.setdefault(row.person_id, row)
    ids = [row.id for row in chosen.values()]
    if not ids:
        return []
    session.execute(
        update(Notice.__table__)
        .where(among(session, _notice.id, ids))
        .values(
            **_AFRESH,
            claimed_by=by,
            claimed_until=now + LEASE,
            attempts=_notice.attempts + 1,
        )
    )
    _part(session, [row.id for row in chosen.values() if row.digest_id is not None])
    return [_claimed(row, by) for row in chosen.values()]


def hold(session: Session, claimed: Collection[Claimed]) -> dict[int, Held]:
    """Lock the rows of these notices and return those that are still ours, by id."""
    by = {each.id: each.by for each in claimed}
    rows = session.execute(_locked(dialect_of(session)), {"ids": list(by)})
    return {row.id: row for row in rows if row.claimed_by == by[row.id]}


def write(session: Session, changes: Iterable[tuple[Held, Mapping[str, Any]]]) -> None:
    """Write what became of notices that `hold` has locked in this transaction."""
    rows = []
    for held, values in changes:
        as_it_is: dict[str, Any] = dict(zip(WRITTEN, held[2:], strict=True))
        rows.append((held.id, {**as_it_is, **values}))
    write_each(session, rows)


def sweep(session: Session, now: datetime) -> tuple[int, int]:
    """Settle what nobody may send any more; return how many are (unknown, dropped).

    Unknown: the claim ran out after a send had begun, and the kind is sent at most once.
    Dropped: the time is over in which it was worth sending. While the queue is long nobody looks
    for these: whoever claims one drops it, and the look would read the whole queue.
    """
    ran_out = and_(due.SENDING, _notice.claimed_until < now)
    begun = and_(ran_out, _notice.channel.is_not(None), _notice.kind.in_(due.AT_MOST_ONCE))
    unknown = _settle_all(session, begun, now, NoticeState.DEAD, UNKNOWN)
    if due.is_longer_than(session, LONG_QUEUE):
        return unknown, 0
    idle = or_(_notice.state == NoticeState.QUEUED, _notice.claimed_until < now)
    late = and_(due.OPEN, _notice.not_after < now, idle)
    return unknown, _settle_all(session, late, now, NoticeState.DROPPED, "too late")


def _part(session: Session, riding: Sequence[int]) -> None:
    """Take notices out of the message of another, with which they went before a crash."""
    if riding:
        session.execute(
            update(Notice.__table__)
            .where(among(session, _notice.id, riding))
            .values(digest_id=None)
        )


@cache
def _locked(dialect: str) -> Select[Any]:
    return (
        select(_notice.id, _notice.claimed_by, *(_notice[name] for name in WRITTEN))
        .where(named(dialect, _notice.id, "ids"), _notice.state == NoticeState.SENDING)
        .order_by(_notice.id)
        .with_for_update(key_share=True)
    )


def _claimed(row: Row[Any], by: str) -> Claimed:
    return Claimed(
        row.id,
        row.person_id,
        row.kind,
        row.facts,
        row.attempts + 1,
        row.not_after,
        row.credit_id,
        by,
        row.channel,
    )


def _settle_all(
    session: Session, which: Any, now: datetime, state: NoticeState, outcome: str
) -> int:
    # rows that another worker holds are skipped: two sweeps never wait for each other
    ids = session.scalars(
        select(_notice.id).where(which).limit(SWEEP).with_for_update(skip_locked=True)
    ).all()
    if ids:
        session.execute(
            update(Notice.__table__)
            .where(_notice.id.in_(ids))
            .values(state=state, settled_at=now, outcome=outcome)
        )
    return len(ids)
