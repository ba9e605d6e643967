"""What waits for a second person, as tasks of whoever may decide it."""

from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import say
from server.audit.actions import words_of
from server.staff import open_questions, queue
from server.staff.models import Approval
from server.staff.queue import Task
from server.staff.reach import Reach

KIND = "approval"


def waiting(session: Session, reach: Reach, now: datetime, limit: int) -> list[Task]:
    """Return the open questions that this person may answer, those that lapse first in front."""
    return [_task(*found) for found in open_questions.waiting(session, reach, now, limit)]


def _task(approval: Approval, area: str) -> Task:
    return Task(
        kind=KIND,
        subject_id=approval.id,
        title=words_of(f"{approval.kind}.asked"),
        why=say("staff.task_why"),
        whose=say("staff.task_whose"),
        area=area,
        due_at=approval.expires_at,
    )


queue.SOURCES.append(waiting)
