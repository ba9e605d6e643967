"""What time alone does to needs: service begins, and what is over is closed."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people.models import Channel
from server.volunteers.models import Activity, ActivityState, Need, NeedState, Shift
from server.volunteers.needs.steps import Deed, Move, take

START = Move("in_service", (NeedState.ACCEPTED,), NeedState.IN_SERVICE, told=False)
CLOSE = Move("closed", (NeedState.DONE, NeedState.RATED), NeedState.CLOSED, told=False)

LOOK_BACK = timedelta(days=7)
"""A shift that began longer ago than this is not looked at: so old a need is for staff to close."""
MOST = 200
DRAFTS_KEPT = timedelta(days=7)


def start(session: Session, now: datetime) -> int:
    """Put the needs in service whose first shift has begun; return how many."""
    begun = (
        select(Need, Area)
        .join(Activity, Activity.need_id == Need.id)
        .join(Shift, Shift.activity_id == Activity.id)
        .join(Area, Area.id == Need.area_id)
        .where(
            Shift.starts_at.between(now - LOOK_BACK, now),
            Activity.state.in_((ActivityState.OPEN, ActivityState.RECORDED)),
            Need.state == NeedState.ACCEPTED,
        )
        .order_by(Need.id)
        .limit(MOST)
    )
    found = {row.Need.id: (row.Need, row.Area) for row in session.execute(begun)}
    for one in found.values():
        take(session, one, START, Deed(None, one[0].channel, now))
    return len(found)


def close(session: Session, now: datetime) -> int:
    """Close what was served once nobody may rate it any more; return how many."""
    over = (
        select(Need, Area)
        .join(Area, Area.id == Need.area_id)
        .where(Need.state.in_((NeedState.DONE, NeedState.RATED)), Need.due_at <= now)
        .order_by(Need.due_at, Need.id)
        .limit(MOST)
    )
    found = [(row.Need, row.Area) for row in session.execute(over)]
    for one in found:
        take(session, one, CLOSE, Deed(None, Channel.CONSOLE, now))
    return len(found)


def forget_drafts(session: Session, now: datetime) -> int:
    """Delete drafts that nobody sent within a week; return how many."""
    old = (
        select(Need.id)
        .join(Area, Area.id == Need.area_id)
        .where(Need.state == NeedState.DRAFT, Need.changed_at < now - DRAFTS_KEPT)
        .limit(MOST)
    )
    ids = session.scalars(old).all()
    session.execute(delete(Need).where(Need.id.in_(ids), Need.state == NeedState.DRAFT))
    return len(ids)
