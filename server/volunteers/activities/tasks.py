"""What activities give staff to do."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.staff import queue
from server.staff.queue import Task
from server.staff.reach import Reach
from server.volunteers.activities import overview
from server.volunteers.models import Risk


def reviews(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return the activities that wait for review, due when sign-up would end."""
    return [
        Task(
            kind="activity.review",
            subject_id=row.id,
            title=row.title,
            why="高风险活动要审核后才能开放" if row.risk is Risk.HIGH else "社区提交了审核",
            whose=row.area,
            area=row.area,
            due_at=row.closes_at,
        )
        for row in overview.review_queue(session, reach, limit)
    ]


queue.SOURCES.append(reviews)
