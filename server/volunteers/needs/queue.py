"""The needs in the queue of staff: what they must decide, and what others are late with."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.staff import queue
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import Need, NeedState

KIND = "need"

NOW_DUE = (NeedState.SUBMITTED, NeedState.VERIFIED, NeedState.DONE)
"""States in which staff have the next step."""
ONCE_LATE = (NeedState.DISPATCHED, NeedState.ACCEPTED, NeedState.IN_SERVICE)
"""States in which others have it, and staff look after it once it is late."""


def due_now(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return the needs that wait for a decision of staff."""
    return _tasks(session, reach, limit, Need.state.in_(NOW_DUE))


def late(session: Session, reach: Reach, now: datetime, limit: int) -> list[Task]:
    """Return the needs that others should have gone on with by now."""
    return _tasks(session, reach, limit, and_(Need.state.in_(ONCE_LATE), Need.due_at < now))


def _tasks(session: Session, reach: Reach, limit: int, which: ColumnElement[bool]) -> list[Task]:
    if not reach.may(Right.MANAGE_NEEDS):
        return []
    found = (
        select(Need, Area.name)
        .join(Area, Area.id == Need.area_id)
        .where(reach.inside(Right.MANAGE_NEEDS), which)
        .order_by(Need.due_at, Need.id)
        .limit(limit)
    )
    return [_task(need, area) for need, area in session.execute(found)]


def _task(need: Need, area: str) -> Task:
    """Say what it is, why it waits and whose request it is, without naming anybody."""
    whose = say(f"needs.whose_{'behalf' if need.on_behalf else 'self'}")
    title = say("needs.task", number=need.number, title=need.title)
    return Task(KIND, need.id, title, say(f"needs.why_{need.state}"), whose, area, need.due_at)


queue.SOURCES.extend((due_now, late))
