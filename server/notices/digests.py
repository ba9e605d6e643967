"""One message for several notices: what goes along in it, how it reads, and what becomes of each.

A notice that goes along is claimed by whoever sends its carrier and marked as begun, so that after
a crash each is treated by its own promise, like any other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from config.wording import say
from server.notices import due, rendering
from server.notices.claims import LEASE, UNKNOWN, Claimed, Passenger
from server.notices.kinds import KINDS
from server.notices.lately import DIGEST
from server.notices.models import Notice, NoticeState
from server.notices.politeness import Verdict

_notice = Notice.__table__.c
_riding = and_(_notice.state == NoticeState.SENDING, _notice.channel == DIGEST)


def take(
    session: Session,
    verdicts: Mapping[int, Verdict],
    claimed: Sequence[Claimed],
    now: datetime,
) -> list[Claimed]:
    """Take what goes along with these notices, and return them with it. Two statements, or none.

    What was dropped or taken meanwhile stays behind.
    """
    by = {each.id: each.by for each in claimed}
    carriers = {
        notice: verdict.carrier
        for notice, verdict in verdicts.items()
        if verdict.carrier is not None and verdict.carrier in by
    }
    if not carriers:
        return [replace(each, along=()) if each.along else each for each in claimed]
    claims = {notice: by[carrier] for notice, carrier in carriers.items()}
    free = session.scalars(_free(carriers, claims, now)).all()
    taken = session.execute(_taken(free, carriers, claims, now)).all() if free else []
    order = list(carriers)
    along: dict[int, list[Passenger]] = {}
    for row in sorted(taken, key=lambda row: order.index(row.id)):
        along.setdefault(row.digest_id, []).append(Passenger(row.id, row.kind, row.facts))
    return [replace(each, along=tuple(along.get(each.id, ()))) for each in claimed]


def _free(carriers: dict[int, int], claims: dict[int, str], now: datetime) -> Select[Any]:
    """Select what may be taken; what somebody else is changing just now stays behind."""
    ours = and_(
        _notice.state == NoticeState.SENDING,
        _notice.claimed_by == case(claims, value=_notice.id),
        _notice.claimed_until >= now,
    )
    return (
        select(_notice.id)
        .where(_notice.id.in_(carriers), or_(_notice.state == NoticeState.QUEUED, ours))
        .order_by(_notice.id)
        .with_for_update(skip_locked=True, key_share=True)
    )


def _taken(
    free: Sequence[int], carriers: dict[int, int], claims: dict[int, str], now: datetime
) -> ReturningUpdate[tuple[Any, ...]]:
    return (
        update(Notice.__table__)
        .where(_notice.id.in_(free))
        .values(
            state=NoticeState.SENDING,
            claimed_by=case(claims, value=_notice.id),
            claimed_until=now + LEASE,
            channel=DIGEST,
            digest_id=case(carriers, value=_notice.id),
        )
        .returning(_notice.id, _notice.digest_id, _notice.kind, _notice.facts)
    )


def arrive(session: Session, carriers: Collection[int], now: datetime) -> None:
    """Close what went along in messages that WeChat has taken. One statement, or none."""
    if not carriers:
        return
    session.execute(
        update(Notice.__table__)
        .where(_notice.digest_id.in_(carriers), _riding)
        .values(state=NoticeState.SENT, settled_at=now, outcome="sent along")
    )


def scatter(
    session: Session, carriers: Collection[int], now: datetime, *, unknown: bool = False
) -> None:
    """Put back what should have gone along in messages that did not go.

    When such a message may have arrived (`unknown`), what is told at most once is closed. At most
    two statements, or none.
    """
    if not carriers:
        return
    theirs = _notice.digest_id.in_(carriers), _riding
    if unknown:
        session.execute(
            update(Notice.__table__)
            .where(*theirs, _notice.kind.in_(due.AT_MOST_ONCE))
            .values(state=NoticeState.DEAD, settled_at=now, outcome=UNKNOWN)
        )
    session.execute(
        update(Notice.__table__)
        .where(*theirs)
        .values(state=NoticeState.QUEUED, channel=None, digest_id=None)
    )


def chat_text(claimed: Claimed) -> str:
    """Return what is said in chat: the notice, or all that it brings along, numbered.

    When that is more than WeChat takes, each is told by its first line.
    """
    kind = KINDS[claimed.kind]
    if not claimed.along:
        return rendering.chat_text(kind, claimed.facts)
    every = [(kind, claimed.facts), *((KINDS[one.kind], one.facts) for one in claimed.along)]
    texts = [
        rendering.chat_text(kind, dict(facts) | {rendering.HOW: ""}).strip()
        for kind, facts in every
    ]
    told = (facts.get(rendering.HOW) for _kind, facts in every)
    how = next(filter(None, told), rendering.how_to_stop())
    whole = _numbered(texts, how)
    if len(whole.encode()) <= rendering.TEXT_BYTES:
        return whole
    return _numbered([text.partition("\n")[0] for text in texts], how)


def fields(claimed: Claimed) -> dict[str, str]:
    """Return the values of the template; its last line of words tells what else there is."""
    kind = KINDS[claimed.kind]
    values = rendering.fields(kind, claimed.facts)
    things = [name for name in values if name.startswith("thing")]
    if claimed.along and things:
        values[things[-1]] = rendering.thing(say("notices.and_more", count=len(claimed.along)))
    return values


def _numbered(texts: list[str], how: str) -> str:
    lines = "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
    return say("notices.digest", count=len(texts), lines=lines, how=how)
