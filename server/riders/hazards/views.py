"""Reports as whoever sent them in reads them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people.vault import Vault
from server.riders.hazards import clock, kinds, texts
from server.riders.hazards.models import (
    AppealState,
    Hazard,
    HazardPhoto,
    HazardState,
    HazardStep,
    RejectReason,
)
from server.riders.hazards.refusals import HazardMissing
from server.riders.hazards.steps import OPEN

MOST_OWN = 50
SHOWN = frozenset(
    {
        *("received", "triaged", "merged", "rejected", "assigned", "begun", "progress_noted"),
        *("extended", "asked", "answered", "supplemented", "nudged", "fixed", "rated"),
        *("reopened", "appealed", "appeal_granted", "appeal_upheld", "proven_false"),
    }
)
"""Steps that whoever reported may read; the rest is staff's among themselves."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a report's timeline."""

    at: datetime
    action: str
    note: str | None


@dataclass(frozen=True, slots=True)
class MyHazard:
    """A report of one's own. `waits` tells that staff ask something, `question` what.

    `may_appeal`, `may_rate` and `may_reopen` tell what one may still do about it.
    """

    id: int
    number: int
    kind: str
    kind_name: str
    words: str
    place: str
    area: str
    urgent: bool
    state: HazardState
    photos: int
    reason_code: RejectReason | None
    reason: str | None
    appeal: AppealState | None
    question: str | None
    waits: bool
    closing_note: str | None
    points: int
    rating: int | None
    first_number: int | None
    received_at: datetime
    due_at: datetime | None
    fixed_at: datetime | None
    overdue: bool
    may_appeal: bool
    may_rate: bool
    may_reopen: bool
    steps: tuple[Step, ...] = ()


Rows = Select[Hazard, str, int]


def rows() -> Rows:
    """Select reports with the name of their area and how many photos they have."""
    photos = (
        select(func.count())
        .select_from(HazardPhoto)
        .where(HazardPhoto.hazard_id == Hazard.id)
        .correlate(Hazard)
        .scalar_subquery()
    )
    return select(Hazard, Area.name.label("area"), photos.label("photos")).join(
        Area, Area.id == Hazard.area_id
    )


def mine(
    session: Session, person_id: int, now: datetime, *, vault: Vault, limit: int = MOST_OWN
) -> tuple[MyHazard, ...]:
    """Return a person's newest reports, the last one first. One statement."""
    own = rows().where(Hazard.reporter_id == person_id, Hazard.state != HazardState.DRAFT)
    newest = own.order_by(Hazard.id.desc()).limit(limit)
    return tuple(_view(row, now, vault) for row in session.execute(newest))


def my_hazard(
    session: Session, person_id: int, hazard_id: int, now: datetime, *, vault: Vault
) -> MyHazard:
    """Return one of a person's reports with its timeline, or refuse. Two statements."""
    own = rows().where(
        Hazard.id == hazard_id,
        Hazard.reporter_id == person_id,
        Hazard.state != HazardState.DRAFT,
    )
    row = session.execute(own).one_or_none()
    if row is None:
        raise HazardMissing
    found = session.scalars(
        select(HazardStep).where(HazardStep.hazard_id == hazard_id).order_by(HazardStep.id)
    )
    steps = tuple(Step(one.at, one.action, one.note) for one in found if one.action in SHOWN)
    return _view(row, now, vault, steps)


def is_overdue(hazard: Hazard, now: datetime) -> bool:
    """Tell whether the next step, or the next word of progress, should have come by now."""
    if hazard.state not in OPEN and hazard.appeal is not AppealState.OPEN:
        return False
    if hazard.left_minutes is not None:
        return False
    return any(due is not None and due < now for due in (hazard.due_at, hazard.note_due_at))


def _view(
    row: Row[Hazard, str, int], now: datetime, vault: Vault, steps: tuple[Step, ...] = ()
) -> MyHazard:
    hazard = row[0]
    fixed = hazard.fixed_at is not None and hazard.fixed_at > now - clock.RATING
    assert hazard.received_at is not None
    return MyHazard(
        id=hazard.id,
        number=hazard.id,
        kind=hazard.kind,
        kind_name=kinds.name(hazard.kind),
        words=texts.opened(vault, hazard, "words"),
        place=hazard.place,
        area=row[1],
        urgent=hazard.urgent,
        state=hazard.state,
        photos=row[2],
        reason_code=hazard.reason_code,
        reason=hazard.reason,
        appeal=hazard.appeal,
        question=hazard.question,
        waits=hazard.left_minutes is not None,
        closing_note=hazard.closing_note,
        points=hazard.points,
        rating=hazard.rating,
        first_number=hazard.first_id,
        received_at=hazard.received_at,
        due_at=hazard.due_at,
        fixed_at=hazard.fixed_at,
        overdue=is_overdue(hazard, now),
        may_appeal=hazard.state is HazardState.REJECTED and hazard.appeal is None,
        may_rate=fixed and hazard.state is HazardState.FIXED,
        may_reopen=fixed and not hazard.reopened,
        steps=steps,
    )


def is_own(session: Session, person_id: int, hazard_id: int) -> bool:
    """Tell whether somebody sent in the report of this number."""
    own = select(Hazard.id).where(
        Hazard.id == hazard_id,
        Hazard.reporter_id == person_id,
        Hazard.state != HazardState.DRAFT,
    )
    return session.scalar(own) is not None
