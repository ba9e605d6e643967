"""Reports as the unit reads them that puts them right: what and where, never from whom (R5)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from server.people.vault import Vault
from server.riders.hazards.desk import PAGE, due_first
from server.riders.hazards.models import Hazard
from server.riders.hazards.staff_views import (
    Line,
    Unit,
    UnitView,
    of_unit,
    rows,
    timeline,
)
from server.riders.hazards.steps import WITH_UNIT, held
from server.staff.reach import Reach
from server.staff.rights import Right


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what units have to put right, and where the next one begins."""

    items: tuple[UnitView, ...]
    next_cursor: str | None


def browse(
    session: Session,
    reach: Reach,
    now: datetime,
    *,
    vault: Vault,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page:
    """Return what the units in reach have to put right, what is due soonest first.

    Takes `fix_hazards`. One statement.
    """
    reach.require_any(Right.FIX_HAZARDS)
    found = rows().where(_inside(reach), Hazard.state.in_(WITH_UNIT))
    found, place = due_first(found, cursor)
    read = session.execute(found.limit(limit + 1)).all()
    items = tuple(of_unit(row, now, vault) for row in read[:limit])
    return Page(items, place(read[limit - 1][0]) if len(read) > limit else None)


def show(
    session: Session, reach: Reach, hazard_id: int, now: datetime, *, vault: Vault
) -> tuple[UnitView, tuple[Line, ...]]:
    """Return one report for its unit with its timeline, or refuse. Takes `fix_hazards`.

    The reporter's own steps are lines without anybody, as are those of the timetable.
    """
    hazard, _path = held(session, reach, hazard_id)
    row = session.execute(rows().where(Hazard.id == hazard.id)).one()
    lines = tuple(line for line in timeline(session, hazard) if line.action not in PRIVATE)
    return of_unit(row, now, vault), lines


def _inside(reach: Reach) -> ColumnElement[bool]:
    paths = reach.paths(Right.FIX_HAZARDS)
    return or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))


PRIVATE = frozenset({"weighed", "remarked", "appealed", "appeal_granted", "rejected"})
"""Lines that are none of the unit's business."""
