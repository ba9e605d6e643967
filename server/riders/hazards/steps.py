"""One step in the life of a report: decided by one conditional write, noted, and told.

Of two who decide at once one wins; the other is told how the report stands by now, unless they
asked for the very same, which then is done already.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.people.models import Channel
from server.riders.hazards.models import Hazard, HazardState, HazardStep
from server.riders.hazards.refusals import HazardMissing, MovedOn, OwnHazard
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

WITH_UNIT = (HazardState.ASSIGNED, HazardState.FIXING)
"""States in which a unit puts it right."""
OPEN = (HazardState.RECEIVED, HazardState.TRIAGED, *WITH_UNIT)
"""States in which somebody still has to do something."""
TRUE = (HazardState.TRIAGED, *WITH_UNIT, HazardState.FIXED, HazardState.RATED)
"""States of a report that was found true."""


class Move(NamedTuple):
    """A step: what it is called, and from which states to which one."""

    action: str
    before: tuple[HazardState, ...]
    after: HazardState


@dataclass(frozen=True)
class Deed:
    """Who takes a step, by which door, and what they say to it. `by` None is the timetable."""

    by: int | None
    channel: Channel
    now: datetime
    note: str | None = None


class Taken(NamedTuple):
    """The report after a step; `step` is None where the same person had taken it before."""

    hazard: Hazard
    step: HazardStep | None


def reached(session: Session, reach: Reach, right: Right, hazard_id: int) -> tuple[Hazard, str]:
    """Return the report with the path of the area that looks at it, if the right reaches it.

    A draft is its author's alone. Nobody decides about their own report.
    """
    found = session.execute(
        select(Hazard, Area.path)
        .join(Area, Area.id == Hazard.area_id)
        .where(Hazard.id == hazard_id, Hazard.state != HazardState.DRAFT)
        .execution_options(populate_existing=True)
    ).one_or_none()
    reach.require(right, found.path if found else None)
    assert found is not None
    return _others(reach, found.Hazard), found.path


def held(session: Session, reach: Reach, hazard_id: int) -> tuple[Hazard, str]:
    """Return the report with the path of the unit that has it, if one may put it right there.

    Whoever looks at reports in its area may do as well what the unit tells them by telephone.
    """
    found = session.execute(
        select(Hazard, Area.path)
        .join(Area, Area.id == Hazard.assigned_id)
        .where(Hazard.id == hazard_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None and reach.covers(Right.FIX_HAZARDS, found.path):
        return _others(reach, found.Hazard), found.path
    if reach.may(Right.TRIAGE_HAZARDS):
        return reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    reach.require_any(Right.FIX_HAZARDS)
    raise OutOfReach


def own(session: Session, person_id: int, hazard_id: int) -> Hazard:
    """Return a person's own report, or refuse; a draft is none yet."""
    found = session.scalar(
        select(Hazard)
        .where(
            Hazard.id == hazard_id,
            Hazard.reporter_id == person_id,
            Hazard.state != HazardState.DRAFT,
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise HazardMissing
    return found


def lock(session: Session, hazard_id: int) -> None:
    """Let nobody else change the report until the transaction ends; it need not exist."""
    held = select(Hazard.id).where(Hazard.id == hazard_id)
    session.execute(held.with_for_update(key_share=True)).first()


def take(
    session: Session,
    hazard: Hazard,
    path: str | None,
    move: Move,
    deed: Deed,
    *only_if: ColumnElement[bool],
    **values: Any,
) -> Taken:
    """Take a step and note who did; a repetition by the same person changes nothing.

    `path` is where the trail says it happened (None: the reporter's own step, which is no deed of
    staff). A step by staff ends the waiting for an answer.
    """
    written = {"state": move.after, "changed_at": deed.now, **values}
    if move.after is not hazard.state:
        written = {"left_minutes": None, "question": None} | written
    moved = session.execute(
        update(Hazard)
        .where(Hazard.id == hazard.id, Hazard.state.in_(move.before), *only_if)
        .values(**written)
        .returning(Hazard.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(hazard)
    if moved is None:
        _require_repetition(session, hazard, move, deed, values)
        return Taken(hazard, None)
    return Taken(hazard, note(session, hazard, path, move.action, deed))


def note(session: Session, hazard: Hazard, path: str | None, action: str, deed: Deed) -> HazardStep:
    """Add a line to the report's timeline, and to the trail where staff did it."""
    step = HazardStep(
        hazard_id=hazard.id,
        at=deed.now,
        by=deed.by,
        channel=deed.channel,
        action=action,
        note=deed.note,
    )
    session.add(step)
    session.flush()
    if path is not None:
        subject = ("hazard", hazard.id)
        deeds = session, deed.by, f"hazard.{action}", subject, deed.now
        trail.record(*deeds, area_path=path, reason=deed.note, channel=deed.channel)
    return step


def moved_on(hazard: Hazard) -> MovedOn:
    """Return the refusal that tells how the report stands by now."""
    return MovedOn(number=hazard.id, state=say(f"hazards.state_{hazard.state}"))


def _others(reach: Reach, hazard: Hazard) -> Hazard:
    if hazard.reporter_id is not None and hazard.reporter_id == reach.person_id:
        raise OwnHazard
    return hazard


def _require_repetition(
    session: Session, hazard: Hazard, move: Move, deed: Deed, values: dict[str, Any]
) -> None:
    """Refuse unless the same person took the very same step last.

    What is sealed or worked out is not compared.
    """
    last = session.execute(
        select(HazardStep.action, HazardStep.by)
        .where(HazardStep.hazard_id == hazard.id)
        .order_by(HazardStep.id.desc())
        .limit(1)
    ).one_or_none()
    same = all(
        getattr(hazard, name) == value
        for name, value in values.items()
        if name not in WORKED_OUT and (value is None or isinstance(value, int | str))
    )
    if last is None or (last.action, last.by) != (move.action, deed.by) or not same:
        raise moved_on(hazard)


WORKED_OUT = frozenset({"left_minutes", "award", "points"})
