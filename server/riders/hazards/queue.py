"""Reports in the queue of staff: to be looked at, to be put right, appeals, points to weigh."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from config.wording import say
from server.areas.models import Area
from server.riders.hazards import kinds
from server.riders.hazards.models import AppealState, Award, Hazard, HazardState
from server.riders.hazards.steps import TRUE, WITH_UNIT
from server.staff import queue
from server.staff.queue import Task
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "hazard"
UNIT_KIND = "hazard_unit"


def to_decide(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return what waits to be looked at or assigned, and appeals against others' decisions."""
    if not reach.may(Right.TRIAGE_HAZARDS):
        return []
    appealed = and_(
        Hazard.state == HazardState.REJECTED,
        Hazard.appeal == AppealState.OPEN,
        Hazard.decided_by.is_distinct_from(reach.person_id),
    )
    open_ones = and_(
        Hazard.state.in_((HazardState.RECEIVED, HazardState.TRIAGED)),
        Hazard.left_minutes.is_(None),
    )
    which = reach.inside(Right.TRIAGE_HAZARDS), or_(open_ones, appealed)
    return _tasks(session, limit, KIND, Hazard.area_id, *which, _not_own(reach))


def to_fix(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return the reports that the units in reach have to put right."""
    if not reach.may(Right.FIX_HAZARDS):
        return []
    which = Hazard.state.in_(WITH_UNIT), Hazard.left_minutes.is_(None)
    inside = reach.inside(Right.FIX_HAZARDS)
    return _tasks(session, limit, UNIT_KIND, Hazard.assigned_id, inside, *which, _not_own(reach))


def to_weigh(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return the true reports whose points wait for the street's word."""
    if not reach.may(Right.APPROVE_POINTS):
        return []
    which = Hazard.award == Award.ASKED, Hazard.state.in_(TRUE)
    others = Hazard.decided_by.is_distinct_from(reach.person_id)
    inside = reach.inside(Right.APPROVE_POINTS)
    found = _found(limit, Hazard.area_id, inside, *which, others, _not_own(reach))
    return [_task(KIND, hazard, area, "weigh") for hazard, area in session.execute(found)]


def _tasks(
    session: Session,
    limit: int,
    kind: str,
    where: InstrumentedAttribute[Any],
    *which: ColumnElement[bool],
) -> list[Task]:
    found = _found(limit, where, *which)
    return [_task(kind, hazard, area, _why(hazard)) for hazard, area in session.execute(found)]


def _found(
    limit: int, where: InstrumentedAttribute[Any], *which: ColumnElement[bool]
) -> Select[Hazard, str]:
    soonest = func.coalesce(Hazard.due_at, Hazard.received_at)
    return (
        select(Hazard, Area.name)
        .join(Area, Area.id == where)
        .where(*which)
        .order_by(soonest, Hazard.id)
        .limit(limit)
    )


def _task(kind: str, hazard: Hazard, area: str, why: str) -> Task:
    """Say what it is, why it waits and whose request it is, without naming anybody."""
    name = kinds.name(hazard.kind)
    key = "hazards.task_urgent" if hazard.urgent else "hazards.task"
    title = say(key, number=hazard.id, kind=name, place=hazard.place[:20])
    due_at = min((due for due in (hazard.due_at, hazard.note_due_at) if due), default=None)
    return Task(
        kind, hazard.id, title, say(f"hazards.why_{why}"), say("hazards.whose"), area, due_at
    )


def _why(hazard: Hazard) -> str:
    return "appealed" if hazard.state is HazardState.REJECTED else str(hazard.state)


def _not_own(reach: Reach) -> ColumnElement[bool]:
    return Hazard.reporter_id.is_distinct_from(reach.person_id)


queue.SOURCES.extend((to_decide, to_fix, to_weigh))
