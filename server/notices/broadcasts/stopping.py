"""Stopping a broadcast: from the commit on no send of it begins, whatever was claimed before."""

from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from server.notices.broadcasts import drafts
from server.notices.models import Broadcast, BroadcastState, Notice, NoticeState
from server.notices.verdicts import Why
from server.staff.reach import Reach
from server.staff.rights import Right

AT_ONCE = 2_000
STOPPABLE = (BroadcastState.APPROVED, BroadcastState.SPREADING)
MAY_STOP = (Right.BROADCAST, Right.APPROVE_BROADCASTS)

_notice = Notice.__table__.c


def stop(session: Session, reach: Reach, broadcast_id: int, now: datetime) -> Broadcast:
    """Stop a broadcast that is allowed; stopped is stopped.

    Whoever may send or allow one there may stop it. The write waits for the turns in which sends of
    it begin (`holding`), so none begins after it. What waits is dropped at once, of very many the
    first two thousand here and the others by the job.
    """
    broadcast, area = drafts.reached(session, reach, broadcast_id, MAY_STOP)
    if broadcast.state is BroadcastState.STOPPED:
        return broadcast
    running = Broadcast.id == broadcast_id, Broadcast.state.in_(STOPPABLE)
    # how many wait is counted by the job; until then all that was queued may
    stopped = {"state": BroadcastState.STOPPED, "ended_at": now, "waiting": Broadcast.queued}
    drafts.change(session, broadcast, running, stopped)
    drop(session, broadcast_id, now)
    drafts.note(session, reach, "broadcast.stopped", broadcast, area, now)
    return broadcast


def drop(session: Session, broadcast_id: int, now: datetime, most: int = AT_ONCE) -> int:
    """Drop what was not begun of a stopped broadcast, claimed or not; return how many were.

    What somebody else holds just now stays behind: they find it stopped when they begin.
    """
    unbegun = or_(
        _notice.state == NoticeState.QUEUED,
        and_(_notice.state == NoticeState.SENDING, _notice.channel.is_(None)),
    )
    ids = session.scalars(
        select(_notice.id)
        .where(_notice.broadcast_id == broadcast_id, unbegun)
        .order_by(_notice.id)
        .limit(most)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    if ids:
        session.execute(
            update(Notice.__table__)
            .where(_notice.id.in_(ids))
            .values(state=NoticeState.DROPPED, settled_at=now, outcome=Why.STOPPED)
        )
    return len(ids)
