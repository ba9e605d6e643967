"""What waits for a second person, as tasks of the one queue."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.staff import approvals, queue
from server.staff.queue import Task
from server.staff.reach import Reach


def tasks(session: Session, reach: Reach, now: datetime, limit: int) -> list[Task]:
    """Return the questions that this person may answer, the oldest first."""
    waiting = approvals.waiting(session, reach, now, limit)
    ids = {approval.area_id for approval in waiting}
    names = {area.id: area.name for area in session.scalars(select(Area).where(Area.id.in_(ids)))}
    return [
        Task(
            kind="approval",
            subject_id=approval.id,
            title=approval.facts.get("said") or say("staff.asks"),
            why=approval.reason,
            whose="",
            area=names[approval.area_id],
            due_at=approval.expires_at,
        )
        for approval in waiting
    ]


queue.SOURCES.append(tasks)
