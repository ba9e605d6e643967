"""Two persons who prove to be one are told a broadcast once, unless both were told already."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.notices.models import Notice, NoticeState
from server.notices.verdicts import Why
from server.people import joining

OPEN = (NoticeState.QUEUED, NoticeState.SENDING)


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Drop what one of them was still to be told of a broadcast that the other is told as well."""
    rows = session.execute(
        select(Notice.id, Notice.broadcast_id, Notice.state)
        .where(Notice.person_id.in_((keep, gone)), Notice.broadcast_id.is_not(None))
        .order_by(Notice.broadcast_id, Notice.id)
        .with_for_update(key_share=True)
    ).all()
    # what has begun, or arrived, goes before what only waits
    ranked = sorted(rows, key=lambda row: (row.state in OPEN, row.state == NoticeState.QUEUED))
    told: set[int] = set()
    spare = []
    for row in ranked:
        if row.broadcast_id in told and row.state in OPEN:
            spare.append(row.id)
        told.add(row.broadcast_id)
    if spare:
        session.execute(
            update(Notice)
            .where(Notice.id.in_(spare))
            .values(state=NoticeState.DROPPED, settled_at=now, outcome=Why.TOLD)
        )


joining.FOLLOWERS.append(follow)
