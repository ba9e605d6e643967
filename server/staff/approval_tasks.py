"""What waits for a second person, as tasks of whoever may decide it."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit.actions import words_of
from server.staff import queue
from server.staff.approvals import KINDS
from server.staff.models import Approval, ApprovalState
from server.staff.queue import Task
from server.staff.reach import Reach

KIND = "approval"


def waiting(session: Session, reach: Reach, now: datetime, limit: int) -> list[Task]:
    """Return the open questions that this person may answer, those that lapse first in front.

    One statement, over the index of open questions: what was decided costs nothing.
    """
    theirs = [
        and_(Approval.kind == kind.name, reach.inside(kind.right))
        for kind in KINDS.values()
        if reach.may(kind.right)
    ]
    if not theirs:
        return []
    asked = (
        select(Approval, Area.name)
        .join(Area, Area.id == Approval.area_id)
        .where(
            Approval.state == ApprovalState.ASKED,
            Approval.expires_at > now,
            Approval.asked_by != reach.person_id,
            or_(*theirs),
        )
        .order_by(Approval.expires_at, Approval.id)
        .limit(limit)
    )
    return [_task(approval, area) for approval, area in session.execute(asked)]


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
