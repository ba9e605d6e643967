"""What waits for a contact or a secretary, as one task each without a name: how many members."""

from datetime import datetime

from sqlalchemy.orm import Session

from config.reports import Reports
from config.wording import say
from server.party import desk, quarters, silence
from server.party.keys import OFF, RULES
from server.staff import queue
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND, BROKEN = "party.touch", "party.broken"
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


def broken(session: Session, reach: Reach, now: datetime, _limit: int) -> list[Task]:
    """Return one task for whoever is to say whether contact with somebody is broken."""
    if session.info.get(OFF) or not reach.may(Right.SEE_PARTY):
        return []
    rules = session.info.get(RULES) or Reports()
    count = silence.count(session, reach, now, rules, most=MOST)
    if not count:
        return []
    return [
        Task(
            kind=BROKEN,
            subject_id=0,
            title=say("party.task_broken", count=count),
            why=say("party.task_broken_why"),
            whose=say("party.task_whose"),
            area="",
            due_at=quarters.of(now).ends,
        )
    ]


queue.SOURCES += [waiting, broken]
