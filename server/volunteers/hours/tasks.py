"""Hours and disputes that wait for staff, as tasks of the queue."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.staff.queue import SOURCES, Task
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.hours import rosters
from server.volunteers.hours.rosters import MOST, closing
from server.volunteers.models import Activity, Dispute, DisputeState, ServiceRecord, Shift


class Objection(NamedTuple):
    """A dispute that waits for its answer."""

    id: int
    raised_at: datetime
    due: date
    title: str
    area: str


def disputes_waiting(session: Session, reach: Reach, limit: int = MOST) -> list[Objection]:
    """Return the disputes in reach that wait, those due first in front. One statement."""
    found = (
        select(Dispute.id, Dispute.raised_at, Dispute.due, Activity.title, Area.name)
        .join(ServiceRecord, ServiceRecord.id == Dispute.record_id)
        .join(Shift, Shift.id == ServiceRecord.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Area, Area.id == ServiceRecord.area_id)
        .where(Dispute.state == DisputeState.OPEN, reach.inside(Right.CONFIRM_RECORDS))
        .order_by(Dispute.due, Dispute.id)
        .limit(limit)
    )
    return [Objection(*row) for row in session.execute(found)]


def _hours_to_confirm(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    if not reach.may(Right.CONFIRM_RECORDS):
        return []
    return [
        Task(
            "records",
            wait.shift_id,
            wait.title,
            say("records.task_confirm", count=wait.people),
            say("records.task_whose"),
            wait.area,
            closing(wait.due) if wait.due else None,
        )
        for wait in rosters.waiting(session, reach, Right.CONFIRM_RECORDS, limit)
    ]


def _disputes_to_answer(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    if not reach.may(Right.CONFIRM_RECORDS):
        return []
    why, whose = say("records.task_answer"), say("records.task_whose")
    return [
        Task("dispute", wait.id, wait.title, why, whose, wait.area, closing(wait.due))
        for wait in disputes_waiting(session, reach, limit)
    ]


SOURCES.extend((_hours_to_confirm, _disputes_to_answer))
