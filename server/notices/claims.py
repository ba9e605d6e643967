"""Who is sending which notice: claims that run out, so that a dead worker holds up nobody.

Every write here is conditional on the claim, so a worker that was paused past its lease changes
nothing. No two claims that have not run out are ever for one person: WeChat refuses parallel sends.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from server.notices.kinds import KINDS, Promise
from server.notices.models import Notice, NoticeState
from server.people.models import Person

LEASE = timedelta(seconds=60)
SWEEP = 500
AT_MOST_ONCE = tuple(kind.name for kind in KINDS.values() if kind.promise is Promise.AT_MOST_ONCE)
UNKNOWN = "unknown: the worker died, or WeChat fell silent, during the send"

_notice = Notice.__table__.c
# in the words of the partial index, or neither database would use it
_OPEN = text("notice.state IN ('queued', 'sending')")


class ClaimLost(Exception):  # noqa: N818  a fact: somebody else has the notice now
    """The claim ran out and was taken over, or the notice was settled by somebody else."""


class Backlog(NamedTuple):
    """How many notices are not settled, and how long the longest due one has waited."""

    open: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that is ours to send until the claim runs out."""

    id: int
    person_id: int
    kind: str
    facts: dict[str, str]
    attempts: int
    not_after: datetime | None
    credit_id: int | None
    by: str


def any_due(session: Session, now: datetime) -> bool:
    """Tell whether there is anything to claim or to sweep, without waiting for any writer."""
    ready = or_(_notice.state == NoticeState.QUEUED, _notice.claimed_until < now)
    found = select(_notice.id).where(_OPEN, _notice.due_at <= now, ready).limit(1)
    return session.execute(found).first() is not None


def backlog(session: Session, now: datetime) -> Backlog:
    """Measure the queue; a notice that is to go out later has not waited yet."""
    open_, due_at = session.execute(
        select(func.count(), func.min(_notice.due_at)).select_from(Notice.__table__).where(_OPEN)
    ).one()
    return Backlog(open_, max(now - due_at, timedelta()) if due_at else timedelta())


def claim(session: Session, now: datetime, limit: int) -> Sequence[Claimed]:
    """Take up to `limit` notices that are due, one a person, the longest due first.

    Claims that ran out are taken again, unless a send had begun and the kind is sent at most
    once: see `sweep`.
    """
    by = secrets.token_hex(8)
    found = session.execute(_due(now, limit)).all()
    busy = _busy(session, {row.person_id for row in found}, now)
    chosen: dict[int, Any] = {}
    for row in found:
        if row.person_id not in busy:
            chosen.setdefault(row.person_id, row)
    ids = [row.id for row in chosen.values()]
    if not ids:
        return []
    session.execute(
        update(Notice.__table__)
        .where(_notice.id.in_(ids))
        .values(
            state=NoticeState.SENDING,
            claimed_by=by,
            claimed_until=now + LEASE,
            channel=None,
            attempts=_notice.attempts + 1,
        )
    )
    return [
        Claimed(
            row.id,
            row.person_id,
            row.kind,
            row.facts,
            row.attempts + 1,
            row.not_after,
            row.credit_id,
            by,
        )
        for row in chosen.values()
    ]


def sweep(session: Session, now: datetime) -> tuple[int, int]:
    """Settle what nobody may send any more; return how many are (unknown, dropped).

    Unknown: the claim ran out after a send had begun, and the kind is sent at most once.
    Dropped: the time is over in which it was worth sending.
    """
    ran_out = and_(_notice.state == NoticeState.SENDING, _notice.claimed_until < now)
    begun = and_(ran_out, _notice.channel.is_not(None), _notice.kind.in_(AT_MOST_ONCE))
    late = and_(_notice.not_after < now, or_(_notice.state == NoticeState.QUEUED, ran_out))
    return (
        _settle_all(session, begun, now, NoticeState.DEAD, UNKNOWN),
        _settle_all(session, late, now, NoticeState.DROPPED, "too late"),
    )


def begin(
    session: Session, claimed: Claimed, way: str, now: datetime, credit_id: int | None = None
) -> None:
    """Note that a send begins by this way, and hold the claim for another lease.

    Raises `ClaimLost` when the claim has run out: then nothing may be sent.
    """
    values = {"channel": way, "claimed_until": now + LEASE, "credit_id": credit_id}
    _change(session, claimed, values, _notice.claimed_until >= now)


def settle(
    session: Session, claimed: Claimed, state: NoticeState, now: datetime, **facts: Any
) -> None:
    """Close the notice with what became of it, if it is still ours (else `ClaimLost`)."""
    _change(session, claimed, {"state": state, "settled_at": now, **facts})


def postpone(session: Session, claimed: Claimed, due_at: datetime, **facts: Any) -> None:
    """Put the notice back into the queue until `due_at`, if it is still ours."""
    _change(session, claimed, {"state": NoticeState.QUEUED, "due_at": due_at, **facts})


def _change(session: Session, claimed: Claimed, values: dict[str, Any], *more: Any) -> None:
    ours = (
        _notice.id == claimed.id,
        _notice.claimed_by == claimed.by,
        _notice.state == NoticeState.SENDING,
        *more,
    )
    changed = update(Notice.__table__).where(*ours).values(values).returning(_notice.id)
    if session.execute(changed).first() is None:
        raise ClaimLost


def _due(now: datetime, limit: int) -> Select[Any]:
    """Select what may be claimed, locking the persons so that nobody else claims for them."""
    other = aliased(Notice.__table__)
    elsewhere = exists().where(
        other.c.person_id == _notice.person_id,
        other.c.state == NoticeState.SENDING,
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
        )
        .select_from(Notice.__table__)
        .join(Person.__table__, Person.__table__.c.id == _notice.person_id)
        .where(_OPEN, _notice.due_at <= now, ready, ~elsewhere)
        .order_by(_notice.due_at, _notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )


def _busy(session: Session, persons: set[int], now: datetime) -> set[int]:
    """Return to whom somebody else is sending: claimed since our statement looked."""
    return set(
        session.scalars(
            select(_notice.person_id).where(
                _notice.person_id.in_(persons),
                _notice.state == NoticeState.SENDING,
                _notice.claimed_until >= now,
            )
        )
    )


def _settle_all(
    session: Session, which: Any, now: datetime, state: NoticeState, outcome: str
) -> int:
    # rows that another worker holds are skipped: two sweeps never wait for each other
    ids = session.scalars(
        select(_notice.id).where(_OPEN, which).limit(SWEEP).with_for_update(skip_locked=True)
    ).all()
    if ids:
        session.execute(
            update(Notice.__table__)
            .where(_notice.id.in_(ids))
            .values(state=state, settled_at=now, outcome=outcome)
        )
    return len(ids)
