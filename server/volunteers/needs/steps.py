"""One step in the life of a need: decided by one conditional write, noted, and told.

Of two who decide at once one wins; the other is told how the need stands by now, unless they
asked for the very same, which then is done already.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.notices import outbox
from server.people.models import Channel
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import Need, NeedState, NeedStep
from server.volunteers.needs import clock
from server.volunteers.needs.refusals import MovedOn, NeedMissing

OPEN = (
    NeedState.SUBMITTED,
    NeedState.VERIFIED,
    NeedState.DISPATCHED,
    NeedState.ACCEPTED,
    NeedState.IN_SERVICE,
)
"""States in which somebody still waits for help."""


@dataclass(frozen=True)
class Move:
    """A step: what it is called, from which states to which one, and whether the asker is told."""

    action: str
    before: tuple[NeedState, ...]
    after: NeedState
    told: bool = True


@dataclass(frozen=True)
class Deed:
    """Who takes a step, by which door, and what they say to it. `by` None is the timetable."""

    by: int | None
    channel: Channel
    now: datetime
    note: str | None = None


def reached(session: Session, reach: Reach, right: Right, need_id: int) -> tuple[Need, Area]:
    """Return the need with its area if the right reaches it; a draft is its author's alone."""
    found = session.execute(
        select(Need, Area)
        .join(Area, Area.id == Need.area_id)
        .where(Need.id == need_id, Need.state != NeedState.DRAFT)
        .execution_options(populate_existing=True)
    ).one_or_none()
    reach.require(right, found.Area.path if found else None)
    assert found is not None
    return found.Need, found.Area


def own(session: Session, person_id: int, need_id: int) -> tuple[Need, Area]:
    """Return a person's own need with its area, or refuse."""
    found = session.execute(
        select(Need, Area)
        .join(Area, Area.id == Need.area_id)
        .where(Need.id == need_id, Need.raised_by == person_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NeedMissing
    return found.Need, found.Area


def take(
    session: Session,
    found: tuple[Need, Area],
    move: Move,
    deed: Deed,
    *only_if: ColumnElement[bool],
    **values: Any,
) -> Need:
    """Take a step and note who did; a repetition by the same person changes nothing."""
    need, area = found
    moved = session.execute(
        update(Need)
        .where(Need.id == need.id, Need.state.in_(move.before), *only_if)
        .values(
            state=move.after,
            changed_at=deed.now,
            due_at=clock.due(session, move.after, values.get("priority", need.priority), deed.now),
            **values,
        )
        .returning(Need.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(need)
    if moved is None:
        _require_repetition(session, need, move, deed, values)
        return need
    step = note(session, need, move.action, deed)
    if deed.by != need.raised_by or need.on_behalf:
        _audit(session, need, area, move.action, deed)
    if move.told and deed.by != need.raised_by:
        tell(session, need, move.action, step, deed.now)
    return need


def note(session: Session, need: Need, action: str, deed: Deed) -> NeedStep:
    """Add a line to the need's timeline."""
    step = NeedStep(
        need_id=need.id,
        at=deed.now,
        by=deed.by,
        channel=deed.channel,
        action=action,
        note=deed.note,
    )
    session.add(step)
    session.flush()
    return step


def tell(session: Session, need: Need, action: str, step: NeedStep, now: datetime) -> None:
    """Queue the news of a step for whoever raised the need."""
    facts = {
        "number": need.number,
        "title": need.title,
        "at": now,
        "reason": need.reason or "",
        "note": need.closing_note or "",
    }
    key = f"needs.{action}:{step.id}"
    outbox.queue(session, need.raised_by, f"needs.{action}", key, now, facts)


def _audit(session: Session, need: Need, area: Area, action: str, deed: Deed) -> None:
    trail.record(
        session,
        deed.by,
        f"need.{action}",
        ("need", need.id),
        deed.now,
        area_path=area.path,
        reason=deed.note,
        channel=deed.channel,
    )


def _require_repetition(
    session: Session, need: Need, move: Move, deed: Deed, values: dict[str, Any]
) -> None:
    """Refuse unless the same person took the very same step last.

    What is sealed or worked out is not compared.
    """
    last = session.execute(
        select(NeedStep.action, NeedStep.by)
        .where(NeedStep.need_id == need.id)
        .order_by(NeedStep.id.desc())
        .limit(1)
    ).one_or_none()
    same = all(
        getattr(need, name) == value
        for name, value in values.items()
        if value is None or isinstance(value, int | str)
    )
    if last is None or (last.action, last.by) != (move.action, deed.by) or not same:
        raise MovedOn(number=need.number, state=say(f"needs.state_{need.state}"))
