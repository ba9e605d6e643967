"""Applications for stars and objections that wait for staff, as tasks of the queue."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.staff.queue import SOURCES, Task
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.hours.rosters import closing
from server.volunteers.models import ObjectionState, StarAward, StarObjection, StarState

APPLICANT = "志愿者本人"


def applications(session: Session, reach: Reach, now: datetime, limit: int) -> list[Task]:
    """Return the applications that this person can take a step further.

    Of those published only what the timetable would have awarded by now: hours were corrected.
    """
    yesterday = now.astimezone(LOCAL).date() - timedelta(days=1)
    stuck = (
        StarAward.state == StarState.PUBLISHED,
        StarAward.objections == 0,
        StarAward.published_until < yesterday,
    )
    waits: tuple[tuple[Right, str, tuple[ColumnElement[bool], ...]], ...] = (
        (Right.REVIEW_STARS, "核对时长", (StarAward.state == StarState.APPLIED,)),
        (Right.AWARD_STARS, "审核已通过，请公示", (StarAward.state == StarState.REVIEWED,)),
        (Right.AWARD_STARS, "公示已满，但时长有更正，请核对", stuck),
    )
    found: list[Task] = []
    for right, why, which in waits:
        rows = session.execute(
            select(StarAward.id, StarAward.level, Area.name.label("area"))
            .join(Area, Area.id == StarAward.area_id)
            .where(*which, reach.inside(right))
            .order_by(StarAward.id)
            .limit(limit)
        )
        found += [
            Task("star", row.id, f"{row.level}星申请", why, APPLICANT, row.area, None)
            for row in rows
        ]
    return found


def objections(session: Session, reach: Reach, _now: datetime, limit: int) -> list[Task]:
    """Return the objections that this person may answer, those due first in front."""
    if not reach.may(Right.AWARD_STARS):
        return []
    who = reach.person_id
    involved = (StarAward.person_id, StarAward.reviewed_by, StarAward.published_by)
    rows = session.execute(
        select(StarObjection.id, StarObjection.due, StarAward.level, Area.name.label("area"))
        .join(StarAward, StarAward.id == StarObjection.award_id)
        .join(Area, Area.id == StarAward.area_id)
        .where(
            StarObjection.state == ObjectionState.OPEN,
            StarObjection.person_id != who,
            *(column.is_distinct_from(who) for column in involved),
            reach.inside(Right.AWARD_STARS),
        )
        .order_by(StarObjection.due, StarObjection.id)
        .limit(limit)
    )
    why = "公示期间有人提出异议，请核查答复"
    return [
        Task(
            "star_objection",
            row.id,
            f"{row.level}星公示异议",
            why,
            "提出异议的人",
            row.area,
            closing(row.due),
        )
        for row in rows
    ]


SOURCES.extend((applications, objections))
