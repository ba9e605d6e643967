"""What members need, as one task without a name: how many needs are still open."""

from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import say
from server.party.keys import OFF
from server.party.needs import views
from server.staff import queue
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "party.need"
MOST = 100


def waiting(session: Session, reach: Reach, now: datetime, _limit: int) -> list[Task]:
    """Return one task for whoever sees to needs that are open; no day is set for any of them."""
    if session.info.get(OFF) or not reach.may(Right.SEE_PARTY):
        return []
    count = views.waiting(session, reach, now, limit=MOST)
    if not count:
        return []
    return [
        Task(
            kind=KIND,
            subject_id=0,
            title=say("party.need_task", count=count),
            why=say("party.need_task_why"),
            whose=say("party.task_whose"),
            area="",
            due_at=None,
        )
    ]


queue.SOURCES.append(waiting)
