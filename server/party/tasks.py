"""What waits for a contact, as one task without a name: how many members are still to be called."""

from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import say
from server.party import desk, quarters
from server.party.keys import OFF
from server.staff import queue
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "party.touch"
MOST = 100


def waiting(session: Session, reach: Reach, now: datetime, _limit: int) -> list[Task]:
    """Return one task for whoever has members that nobody has reached this quarter."""
    if session.info.get(OFF) or not reach.may(Right.SEE_PARTY):
        return []
    count = len(desk.untouched(session, reach, now, limit=MOST))
    if not count:
        return []
    quarter = quarters.of(now)
    return [
        Task(
            kind=KIND,
            subject_id=0,
            title=say("party.task", count=count),
            why=say("party.task_why"),
            whose=say("party.task_whose"),
            area="",
            due_at=quarter.ends,
        )
    ]


queue.SOURCES.append(waiting)
