"""Who is sending which notice: claims that run out, so that a dead worker holds up nobody.

Every write here is conditional on the claim, so a worker that was paused past its lease changes
nothing. No two claims that have not run out are ever for one person: WeChat refuses parallel sends.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from server.notices import due
from server.notices.models import Notice, NoticeState

LEASE = timedelta(seconds=60)
SWEEP = 500
UNKNOWN = "unknown: the worker died, or WeChat fell silent, during the send"

_notice = Notice.__table__.c
_AFRESH = {"state": NoticeState.SENDING, "channel": None, "digest_id": None}


class ClaimLost(Exception):  # noqa: N818  a fact: somebody else has the notice now
    """The claim ran out and was taken over, or the notice was settled by somebody else."""


class Passenger(NamedTuple):
    """A notice that is told in another's message."""

    id: int
    kind: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that is ours to send until the claim runs out, with what goes along in it."""

    id: int
    person_id: int
    kind: str
    facts: dict[str, str]
    attempts: int
    not_after: datetime | None
    credit_id: int | None
    by: str
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
        .where(_notice.id.in_(ids))
        .values(
            **_AFRESH,
            claimed_by=by,
            claimed_until=now + LEASE,
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
    begun = and_(ran_out, _notice.channel.is_not(None), _notice.kind.in_(due.AT_MOST_ONCE))
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


def _settle_all(
    session: Session, which: Any, now: datetime, state: NoticeState, outcome: str
) -> int:
    # rows that another worker holds are skipped: two sweeps never wait for each other
    ids = session.scalars(
        select(_notice.id).where(due.OPEN, which).limit(SWEEP).with_for_update(skip_locked=True)
    ).all()
    if ids:
        session.execute(
            update(Notice.__table__)
            .where(_notice.id.in_(ids))
            .values(state=state, settled_at=now, outcome=outcome)
        )
    return len(ids)
