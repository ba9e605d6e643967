"""Needs as their askers and staff see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people.models import Channel
from server.people.vault import Vault
from server.volunteers import nearby
from server.volunteers.models import Activity, Field, Need, NeedState, NeedStep, Team
from server.volunteers.needs.refusals import NeedMissing
from server.volunteers.needs.steps import OPEN
from server.volunteers.needs.texts import opened

MOST_OWN = 50
Rows = Select[Need, Area, Team]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a need's timeline; the note is there for staff alone."""

    at: datetime
    action: str
    channel: Channel
    by: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class NeedView:
    """A need. `overdue` tells that its next step should have been taken by now."""

    id: int
    number: int
    title: str
    words: str
    field: Field
    priority: bool
    area: str
    area_code: str
    area_path: str
    place: str
    wanted_from: datetime | None
    wanted_until: datetime | None
    people_wanted: int
    state: NeedState
    reason: str | None
    team: str | None
    team_id: int | None
    closing_note: str | None
    rating: int | None
    on_behalf: bool
    raised_by: int
    created_at: datetime
    due_at: datetime | None
    overdue: bool
    activity_number: int | None = None
    steps: tuple[Step, ...] = ()


def rows() -> Rows:
    """Select needs with their area and team."""
    return (
        select(Need, Area, Team)
        .join(Area, Area.id == Need.area_id)
        .outerjoin(Team, Team.id == Need.team_id)
    )


def mine(session: Session, person_id: int, now: datetime, *, vault: Vault) -> tuple[NeedView, ...]:
    """Return a person's newest needs, the last one first. One statement."""
    own = rows().where(Need.raised_by == person_id, Need.state != NeedState.DRAFT)
    newest = own.order_by(Need.id.desc()).limit(MOST_OWN)
    return tuple(view(row, now, vault) for row in session.execute(newest))


def sent_to(
    session: Session, leader_id: int, now: datetime, *, vault: Vault
) -> tuple[NeedView, ...]:
    """Return what the teams a person leads may take or have taken, what is due first in front.

    What was opened to all teams of a place is there too. Two statements.
    """
    theirs = and_(
        Team.leader_id == leader_id,
        Team.active,
        Need.state.in_((NeedState.DISPATCHED, NeedState.ACCEPTED)),
    )
    opened_to_all = and_(
        Need.team_id.is_(None),
        Need.state == NeedState.DISPATCHED,
        nearby.where_led(session, leader_id),
    )
    held = rows().where(or_(theirs, opened_to_all))
    first = held.order_by(Need.due_at, Need.id).limit(MOST_OWN)
    return tuple(view(row, now, vault) for row in session.execute(first))


def my_need(
    session: Session, person_id: int, need_id: int, now: datetime, *, vault: Vault
) -> NeedView:
    """Return one of a person's needs with its timeline, or refuse."""
    own = rows().where(
        Need.id == need_id, Need.raised_by == person_id, Need.state != NeedState.DRAFT
    )
    row = session.execute(own).one_or_none()
    if row is None:
        raise NeedMissing
    return view(row, now, vault, steps=steps(session, need_id))


def id_of(session: Session, number: int) -> int:
    """Return the id of the need that people know by this number, or 0, which is nobody's."""
    return session.scalar(select(Need.id).where(Need.number == number)) or 0


def numbers(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Return the numbers by which people know these needs. One statement."""
    found = session.execute(select(Need.id, Need.number).where(Need.id.in_(list(ids))))
    return {need_id: number for need_id, number in found}


def steps(session: Session, need_id: int) -> tuple[Step, ...]:
    """Return what was done with a need, the first step first."""
    found = session.scalars(
        select(NeedStep).where(NeedStep.need_id == need_id).order_by(NeedStep.id)
    )
    return tuple(Step(one.at, one.action, one.channel, one.by, one.note) for one in found)


def activity_number(session: Session, need_id: int) -> int | None:
    """Return the number of the newest activity that serves the need, if there is one."""
    newest = select(Activity.number).where(Activity.need_id == need_id)
    return session.scalar(newest.order_by(Activity.id.desc()).limit(1))


def view(
    row: Row[Need, Area, Team],
    now: datetime,
    vault: Vault,
    *,
    activity: int | None = None,
    steps: tuple[Step, ...] = (),
) -> NeedView:
    """Return what is shown of a need."""
    need, area, team = row
    return NeedView(
        id=need.id,
        number=need.number,
        title=need.title,
        words=opened(vault, need, "words"),
        field=need.field,
        priority=need.priority,
        area=area.name,
        area_code=area.code,
        area_path=area.path,
        place=need.place,
        wanted_from=need.wanted_from,
        wanted_until=need.wanted_until,
        people_wanted=need.people_wanted,
        state=need.state,
        reason=need.reason,
        team=team.name if team else None,
        team_id=need.team_id,
        closing_note=need.closing_note,
        rating=need.rating,
        on_behalf=need.on_behalf,
        raised_by=need.raised_by,
        created_at=need.created_at,
        due_at=need.due_at,
        overdue=is_overdue(need, now),
        activity_number=activity,
        steps=steps,
    )


def is_overdue(need: Need, now: datetime) -> bool:
    """Tell whether the next step should have been taken by now."""
    return need.state in OPEN and need.due_at is not None and need.due_at < now


def is_own(session: Session, person_id: int, number: int) -> bool:
    """Tell whether somebody asked for the help that bears this number."""
    own = select(Need.id).where(
        Need.number == number, Need.raised_by == person_id, Need.state != NeedState.DRAFT
    )
    return session.scalar(own) is not None
