"""Reports as staff read them; nowhere here stands who sent them in (R5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from server.areas.models import Area
from server.people.vault import Vault
from server.riders.hazards import kinds, texts
from server.riders.hazards.models import (
    AppealState,
    Award,
    Direction,
    Hazard,
    HazardPhoto,
    HazardState,
    HazardStep,
    RejectReason,
)
from server.riders.hazards.views import is_overdue

Unit = aliased(Area, name="unit")
Rows = Select[Hazard, Area, str, int]


@dataclass(frozen=True, slots=True)
class HazardView:
    """A report as staff see it who look at it. `reporter_known` tells whether anybody may be told.

    `award` is `asked` while its points wait for the street's word (`hazards.weigh`).
    """

    id: int
    number: int
    kind: str
    kind_name: str
    words: str
    place: str
    area: str
    area_code: str
    unit: str | None
    urgent: bool
    hard: bool
    extended: bool
    reopened: bool
    state: HazardState
    photos: int
    reason_code: RejectReason | None
    reason: str | None
    appeal: AppealState | None
    direction: Direction | None
    question: str | None
    waits: bool
    closing_note: str | None
    award: Award | None
    points: int
    rating: int | None
    rating_note: str
    first_number: int | None
    reporter_known: bool
    received_at: datetime
    due_at: datetime | None
    note_due_at: datetime | None
    fixed_at: datetime | None
    nudged_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class UnitView:
    """A report as the unit sees it that puts it right: what and where, never from whom (R5).

    Telephone and other long numbers in the words are left out.
    """

    id: int
    number: int
    kind: str
    kind_name: str
    words: str
    place: str
    area: str
    unit: str | None
    urgent: bool
    hard: bool
    extended: bool
    state: HazardState
    photos: int
    question: str | None
    waits: bool
    closing_note: str | None
    rating: int | None
    received_at: datetime
    due_at: datetime | None
    note_due_at: datetime | None
    fixed_at: datetime | None
    overdue: bool


class Line(NamedTuple):
    """A line of a report's timeline; `by` is who of staff (None: the reporter or the timetable)."""

    at: datetime
    action: str
    by: int | None
    by_reporter: bool
    note: str | None


def rows() -> Rows:
    """Select reports with their area, the name of their unit and how many photos they have."""
    photos = (
        select(func.count())
        .select_from(HazardPhoto)
        .where(HazardPhoto.hazard_id == Hazard.id)
        .correlate(Hazard)
        .scalar_subquery()
    )
    return (
        select(Hazard, Area, Unit.name.label("unit"), photos.label("photos"))
        .join(Area, Area.id == Hazard.area_id)
        .outerjoin(Unit, Unit.id == Hazard.assigned_id)
        .where(Hazard.state != HazardState.DRAFT)
    )


def view(row: Row[Hazard, Area, str, int], now: datetime, vault: Vault) -> HazardView:
    """Return a report for those who look at it."""
    hazard, area = row[0], row[1]
    return HazardView(
        **_alike(row, now),
        words=texts.opened(vault, hazard, "words"),
        area_code=area.code,
        reopened=hazard.reopened,
        reason_code=hazard.reason_code,
        reason=hazard.reason,
        appeal=hazard.appeal,
        direction=hazard.direction,
        award=hazard.award,
        points=hazard.points,
        rating_note=texts.opened(vault, hazard, "rating_note"),
        first_number=hazard.first_id,
        reporter_known=hazard.reporter_id is not None,
        nudged_at=hazard.nudged_at,
    )


def of_unit(row: Row[Hazard, Area, str, int], now: datetime, vault: Vault) -> UnitView:
    """Return a report for the unit that puts it right."""
    words = texts.without_numbers(texts.opened(vault, row[0], "words"))
    return UnitView(**_alike(row, now), words=words)


def timeline(session: Session, hazard: Hazard) -> tuple[Line, ...]:
    """Return what was done with a report, the first step first. One statement."""
    found = session.scalars(
        select(HazardStep).where(HazardStep.hazard_id == hazard.id).order_by(HazardStep.id)
    )
    return tuple(_line(step, hazard.reporter_id) for step in found)


def _line(step: HazardStep, reporter_id: int | None) -> Line:
    by_reporter = step.by is not None and step.by == reporter_id
    return Line(step.at, step.action, None if by_reporter else step.by, by_reporter, step.note)


def _alike(row: Row[Hazard, Area, str, int], now: datetime) -> dict[str, Any]:
    hazard = row[0]
    same = ("id", "kind", "place", "urgent", "hard", "extended", "state", "question")
    more = ("closing_note", "rating", "due_at", "note_due_at", "fixed_at")
    return {name: getattr(hazard, name) for name in (*same, *more)} | {
        "number": hazard.id,
        "kind_name": kinds.name(hazard.kind),
        "area": row[1].name,
        "unit": row[2],
        "photos": row[3],
        "waits": hazard.left_minutes is not None,
        "received_at": hazard.received_at,
        "overdue": is_overdue(hazard, now),
    }
