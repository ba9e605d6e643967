"""Queueing a broadcast for everybody it is for, a batch a transaction, and seeing how far it is.

The broadcast's row is written first in each batch, so of several that spread it one works at a time
and a stop waits for no more than one batch. A batch and the cursor behind it are one transaction:
whoever takes over from a job that died goes on with the next person.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.db import Busy, Database
from server.lists import among
from server.notices import outbox
from server.notices.broadcasts import audiences, consent, stopping, telling
from server.notices.models import Broadcast, BroadcastState, Notice, NoticeState
from server.people.models import Person

log = logging.getLogger(__name__)

BATCH = 500
BATCHES = 40
"""So many batches a firing at most, so that a stop of the program is not kept waiting."""
TALLIED_EVERY = timedelta(seconds=10)

UNDER_WAY = (BroadcastState.APPROVED, BroadcastState.SPREADING)
OPEN = (NoticeState.QUEUED, NoticeState.SENDING)
LOST = (NoticeState.UNREACHABLE, NoticeState.DEAD)

_broadcast, _notice = Broadcast.__table__.c, Notice.__table__.c


class House(Protocol):
    """What spreading needs of the runtime."""

    @property
    def db(self) -> Database: ...
    def now(self) -> datetime:
        """Return the moment it is, in UTC."""
        ...


class Step(NamedTuple):
    """What one batch did: how many were queued, and whether there may be more."""

    queued: int
    more: bool


def work(house: House) -> int:
    """Bring every broadcast a piece further; return for how many persons notices were queued.

    One that cannot be spread holds back no other.
    """
    if _wanted(house, consent.late(house.now())):
        with house.db.transaction() as session:
            consent.lapse(session, house.now())
    done = 0
    for broadcast_id in _wanted(house, _to_spread(house.now())):
        try:
            done += _spread_on(house, broadcast_id)
        except Busy:
            raise
        except Exception:
            log.exception("broadcast %s cannot be spread", broadcast_id)
    for broadcast_id in _wanted(house, _STOPPED):
        with house.db.transaction() as session:
            stopping.drop(session, broadcast_id, house.now())
    for broadcast_id in _wanted(house, _to_tally(house.now())):
        with house.db.transaction() as session:
            tally(session, broadcast_id, house.now())
    return done


def spread(session: Session, broadcast_id: int, now: datetime, most: int = BATCH) -> Step:
    """Queue a broadcast for the next `most` persons; nothing is done to one that was stopped.

    Who wants no notices, has left or was forgotten meanwhile is passed over.
    """
    broadcast = _taken(session, broadcast_id, now)
    if broadcast is None:
        return Step(0, more=False)
    area = session.get_one(Area, broadcast.area_id)
    ids: Sequence[int] = ()
    if now < broadcast.not_after:
        chosen = audiences.wanting(broadcast, area.path, broadcast.cursor, most)
        ids = session.scalars(chosen).all()
    queued = _queue(session, broadcast, area, ids, now) if ids else 0
    ended = len(ids) < most
    broadcast.queued += queued
    broadcast.waiting += queued
    broadcast.cursor = ids[-1] if ids else broadcast.cursor
    broadcast.spread_at = now if ended else None
    session.flush()
    return Step(queued, more=not ended)


def tally(session: Session, broadcast_id: int, now: datetime) -> None:
    """Write down how many were told and how many wait; one of which nobody waits is done.

    One read of the index of its notices, at most every ten seconds whoever looks at the page.
    """
    broadcast = session.scalar(
        select(Broadcast)
        .where(Broadcast.id == broadcast_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if broadcast is None or broadcast.state not in (*UNDER_WAY, BroadcastState.STOPPED):
        return
    counted: dict[str, int] = {
        state: number
        for state, number in session.execute(
            select(_notice.state, func.count())
            .where(_notice.broadcast_id == broadcast_id)
            .group_by(_notice.state)
        )
    }
    broadcast.sent = counted.get(NoticeState.SENT, 0)
    broadcast.unreachable = sum(counted.get(state, 0) for state in LOST)
    broadcast.waiting = sum(counted.get(state, 0) for state in OPEN)
    broadcast.tallied_at = now
    over = broadcast.spread_at is not None and not broadcast.waiting
    if over and broadcast.state is BroadcastState.SPREADING:
        broadcast.state, broadcast.ended_at = BroadcastState.DONE, now
    session.flush()


def _spread_on(house: House, broadcast_id: int) -> int:
    queued = 0
    for _ in range(BATCHES):
        with house.db.transaction() as session:
            step = spread(session, broadcast_id, house.now())
        queued += step.queued
        if not step.more:
            break
    return queued


def _taken(session: Session, broadcast_id: int, now: datetime) -> Broadcast | None:
    """Lock a broadcast that is to be spread, by saying that it is; None when it is not."""
    begun = session.execute(
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, _to_spread(now))
        .values(state=BroadcastState.SPREADING)
        .returning(Broadcast.id)
    ).first()
    if begun is None:
        return None
    return session.get_one(Broadcast, broadcast_id, populate_existing=True)


def _queue(
    session: Session, broadcast: Broadcast, area: Area, ids: Sequence[int], now: datetime
) -> int:
    group = audiences.group_of(session, broadcast.whom, broadcast.team_id)
    key = telling.key_of(broadcast.id)
    chosen: Any = select(Person.id.label("person_id"), key.label("key")).where(
        among(session, Person.__table__.c.id, ids)
    )
    sender = group.name if group else area.name
    facts = telling.facts_of(broadcast, sender, broadcast.begins_at or now)
    kind = telling.kind_of(urgent=broadcast.urgent)
    end, which = broadcast.not_after, broadcast.id
    return outbox.queue_many(session, chosen, kind, now, facts, not_after=end, broadcast_id=which)


def _wanted(house: House, which: ColumnElement[bool]) -> Sequence[int]:
    with house.db.reading() as session:
        return session.scalars(select(_broadcast.id).where(which).order_by(_broadcast.id)).all()


def _to_spread(now: datetime) -> ColumnElement[bool]:
    due = or_(_broadcast.begins_at.is_(None), _broadcast.begins_at <= now)
    return and_(_broadcast.state.in_(UNDER_WAY), _broadcast.spread_at.is_(None), due)


_STOPPED = and_(_broadcast.state == BroadcastState.STOPPED, _broadcast.waiting > 0)


def _to_tally(now: datetime) -> ColumnElement[bool]:
    stale = or_(_broadcast.tallied_at.is_(None), _broadcast.tallied_at <= now - TALLIED_EVERY)
    spreading = _broadcast.state == BroadcastState.SPREADING
    return or_(_STOPPED, and_(spreading, stale))
