"""Reports as those look through them who decide whether they are true.

Who sent one in is told with a reason alone, which the trail keeps (R5).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal, or_, tuple_
from sqlalchemy.orm import Session

from server import cursors
from server.areas import tree
from server.audit import trail
from server.people import profile
from server.people.vault import Vault
from server.riders.hazards import cells
from server.riders.hazards.cases import WINDOW
from server.riders.hazards.models import AppealState, Award, Hazard, HazardState
from server.riders.hazards.refusals import BadCursor
from server.riders.hazards.staff_views import HazardView, Line, Rows, rows, timeline, view
from server.riders.hazards.steps import OPEN, TRUE, reached
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right

PAGE = 20
MOST_ALIKE = 10
LAST = datetime(2200, 1, 1, tzinfo=UTC)
"""Where what has no deadline stands, since its reporter is asked something: after all that has."""


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; without a state it is whatever still waits for staff.

    `weighing` are those whose points wait for the street's word.
    """

    state: HazardState | None = None
    kind: str | None = None
    overdue: bool = False
    appealed: bool = False
    weighing: bool = False
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of reports, and where the next one begins."""

    items: tuple[HazardView, ...]
    next_cursor: str | None


class Contact(NamedTuple):
    """Who sent a report in."""

    name: str
    phone: str


def browse(  # noqa: PLR0913  who looks, at what, from where on
    session: Session,
    reach: Reach,
    wanted: Wanted,
    now: datetime,
    *,
    vault: Vault,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page:
    """Return reports in reach, what is due soonest first; what is over, the newest first.

    Takes `triage_hazards`. One statement, or two where an area narrows it.
    """
    reach.require_any(Right.TRIAGE_HAZARDS)
    found = rows().where(reach.inside(Right.TRIAGE_HAZARDS), *_narrowed(session, wanted, now))
    is_over = wanted.state is not None and wanted.state not in OPEN
    found, place = _newest_first(found, cursor) if is_over else due_first(found, cursor)
    read = session.execute(found.limit(limit + 1)).all()
    items = tuple(view(row, now, vault) for row in read[:limit])
    return Page(items, place(read[limit - 1][0]) if len(read) > limit else None)


def show(
    session: Session, reach: Reach, hazard_id: int, now: datetime, *, vault: Vault
) -> tuple[HazardView, tuple[Line, ...]]:
    """Return one report with its timeline, or refuse. Takes `triage_hazards`. Three statements."""
    hazard, _path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    row = session.execute(rows().where(Hazard.id == hazard.id)).one()
    return view(row, now, vault), timeline(session, hazard)


def alike(
    session: Session, reach: Reach, hazard_id: int, now: datetime, *, vault: Vault
) -> tuple[HazardView, ...]:
    """Return true reports of the same kind around, within 72 hours: this one may be the same.

    For `hazards.merge`: two squares of the grid may meet between two reports of one hazard.
    """
    hazard, _path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    if hazard.cell is None or hazard.received_at is None:
        return ()
    near = rows().where(
        reach.inside(Right.TRIAGE_HAZARDS),
        Hazard.id != hazard.id,
        Hazard.kind == hazard.kind,
        Hazard.cell.in_(cells.around(hazard.cell)),
        Hazard.state.in_(TRUE),
        Hazard.received_at.between(hazard.received_at - WINDOW, hazard.received_at + WINDOW),
    )
    found = session.execute(near.order_by(Hazard.received_at, Hazard.id).limit(MOST_ALIKE))
    return tuple(view(row, now, vault) for row in found)


def reporter(
    session: Session, reach: Reach, hazard_id: int, reason: str, now: datetime, *, vault: Vault
) -> Contact | None:
    """Return who sent a report in, if anybody is known; the look and its reason are kept (R5).

    Takes `triage_hazards` and `unmask` where the report is.
    """
    if not reason.strip():
        raise ReasonNeeded
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    reach.require(Right.UNMASK, path)
    said = reason.strip()[:400]
    seen = session, reach.person_id, "hazard.reporter_seen", ("hazard", hazard.id), now
    trail.record(*seen, area_path=path, reason=said)
    if hazard.reporter_id is None:
        return None
    name = profile.name_of(session, hazard.reporter_id, vault=vault)
    phone = profile.phone_of(session, hazard.reporter_id, vault=vault)
    return Contact(name or "", phone or "")


def due_first(found: Rows, cursor: str | None) -> tuple[Rows, Callable[[Hazard], str]]:
    """Order by deadline and id; a page goes on after what its cursor names."""
    last = literal(LAST, Hazard.due_at.type)
    due = func.coalesce(Hazard.due_at, last)
    if cursor is not None:
        found = found.where(tuple_(due, Hazard.id) > tuple_(*_place_of(cursor)))
    return found.order_by(due, Hazard.id), lambda one: cursors.after(one.due_at or LAST, one.id)


def _newest_first(found: Rows, cursor: str | None) -> tuple[Rows, Callable[[Hazard], str]]:
    """Order what is over by when it was, the last in front."""
    if cursor is not None:
        place = tuple_(*_place_of(cursor))
        found = found.where(tuple_(Hazard.changed_at, Hazard.id) < place)
    ordered = found.order_by(Hazard.changed_at.desc(), Hazard.id.desc())
    return ordered, lambda one: cursors.after(one.changed_at, one.id)


def _narrowed(session: Session, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    appealed = and_(Hazard.state == HazardState.REJECTED, Hazard.appeal == AppealState.OPEN)
    weighing = and_(Hazard.award == Award.ASKED, Hazard.state.in_(TRUE))
    found: list[ColumnElement[bool]] = []
    if wanted.appealed or wanted.weighing:
        found.append(appealed if wanted.appealed else weighing)
    elif wanted.state is None:
        found.append(or_(Hazard.state.in_(OPEN), appealed))
    else:
        found.append(Hazard.state == wanted.state)
    if wanted.kind:
        found.append(Hazard.kind == wanted.kind)
    if wanted.overdue:
        found.append(or_(Hazard.due_at < now, Hazard.note_due_at < now))
        found.append(Hazard.left_minutes.is_(None))
    if wanted.area_code:
        found.append(tree.within(tree.by_code(session, wanted.area_code).path))
    return found


def _place_of(cursor: str) -> cursors.Place:
    place = cursors.place_of(cursor)
    if place is None:
        raise BadCursor
    return place
