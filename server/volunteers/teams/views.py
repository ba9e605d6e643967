"""Teams as people and staff find them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from server.areas import tree
from server.areas.models import Area
from server.people import masking, profile
from server.people.models import Person
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import MemberState, Team, TeamKind, TeamMember
from server.volunteers.teams.membership import LIVE
from server.volunteers.teams.teams import TeamMissing, reached

PAGE = 20
MOST_MEMBERS = 200
Rows = Select[Team, Area, int, MemberState]


@dataclass(frozen=True)
class Wanted:
    """What a list of teams is narrowed to; the area takes in all that lies inside it."""

    kind: TeamKind | None = None
    area_code: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team as one person sees it; `my_state` is how they stand with it, if at all."""

    id: int
    number: int
    name: str
    kind: TeamKind
    area: str
    area_code: str
    area_path: str
    about: str
    active: bool
    leader_id: int | None
    members: int
    my_state: MemberState | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of teams, and the id after which the next one begins."""

    items: tuple[TeamView, ...]
    next_cursor: str | None


class MemberLine(NamedTuple):
    """Somebody who belongs to a team, or asks to; the name is masked."""

    id: int
    name: str
    volunteer_no: str | None
    state: MemberState
    asked_at: datetime
    leads: bool


def browse(
    session: Session,
    person_id: int,
    wanted: Wanted = Wanted(),
    *,
    after: int = 0,
    limit: int = PAGE,
) -> Page:
    """Return the active teams by their number, a page at a time. One statement."""
    found = _seen_by(person_id).where(Team.active, Team.id > after)
    return _page(session, _narrowed(session, found, wanted), limit)


def browse_for(
    session: Session, reach: Reach, wanted: Wanted, *, after: int = 0, limit: int = PAGE
) -> Page:
    """Return the teams in reach, resting ones too."""
    found = _seen_by(reach.person_id).where(reach.inside(Right.SEE_TEAMS), Team.id > after)
    return _page(session, _narrowed(session, found, wanted), limit)


def mine(session: Session, person_id: int) -> tuple[TeamView, ...]:
    """Return the teams a person belongs to, has asked for, or leads. One statement."""
    found = _seen_by(person_id).where(
        TeamMember.id.is_not(None) | (Team.leader_id == person_id), Team.active
    )
    return _page(session, found, MOST_MEMBERS).items


def by_number(session: Session, person_id: int, number: int) -> TeamView:
    """Return the active team that people know by this number, or refuse."""
    found = _page(session, _seen_by(person_id).where(Team.number == number, Team.active), 1)
    if not found.items:
        raise TeamMissing
    return found.items[0]


def show(
    session: Session, reach: Reach, team_id: int, *, vault: Vault
) -> tuple[TeamView, tuple[MemberLine, ...]]:
    """Return a team in reach with its members, names masked, who asks first."""
    reached(session, reach, Right.SEE_TEAMS, team_id)
    found = _page(session, _seen_by(reach.person_id).where(Team.id == team_id), 1)
    team = found.items[0]
    return team, _members(session, team, vault)


def leads_any(session: Session, person_id: int) -> bool:
    """Tell whether the person leads an active team."""
    led = select(Team.id).where(Team.leader_id == person_id, Team.active).limit(1)
    return session.scalar(led) is not None


def _members(session: Session, team: TeamView, vault: Vault) -> tuple[MemberLine, ...]:
    rows = session.execute(
        select(TeamMember, Person.volunteer_no)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.team_id == team.id, TeamMember.state.in_(LIVE))
        .order_by(TeamMember.state, TeamMember.id)
        .limit(MOST_MEMBERS)
    ).all()
    names = profile.names_of(session, (member.person_id for member, _no in rows), vault=vault)
    return tuple(
        MemberLine(
            id=member.id,
            name=masking.masked(names.get(member.person_id, "")),
            volunteer_no=volunteer_no,
            state=member.state,
            asked_at=member.asked_at,
            leads=member.person_id == team.leader_id,
        )
        for member, volunteer_no in rows
    )


def _seen_by(person_id: int) -> Rows:
    others = aliased(TeamMember)
    members = (
        select(func.count())
        .select_from(others)
        .where(others.team_id == Team.id, others.state == MemberState.MEMBER)
        .scalar_subquery()
    )
    return (
        select(Team, Area, members, TeamMember.state)
        .join(Area, Area.id == Team.area_id)
        .outerjoin(TeamMember, _own(person_id))
    )


def _own(person_id: int) -> ColumnElement[bool]:
    return and_(
        TeamMember.team_id == Team.id,
        TeamMember.person_id == person_id,
        TeamMember.state.in_(LIVE),
    )


def _narrowed(session: Session, found: Rows, wanted: Wanted) -> Rows:
    if wanted.kind:
        found = found.where(Team.kind == wanted.kind)
    if wanted.area_code:
        found = found.where(tree.within(tree.by_code(session, wanted.area_code).path))
    if wanted.words:
        found = found.where(Team.name.contains(wanted.words, autoescape=True))
    return found


def _page(session: Session, found: Rows, limit: int) -> Page:
    rows = session.execute(found.order_by(Team.id).limit(limit + 1)).all()
    items = tuple(
        TeamView(
            id=team.id,
            number=team.number,
            name=team.name,
            kind=team.kind,
            area=area.name,
            area_code=area.code,
            area_path=area.path,
            about=team.about,
            active=team.active,
            leader_id=team.leader_id,
            members=members,
            my_state=state,
        )
        for team, area, members, state in rows[:limit]
    )
    return Page(items, str(items[-1].id) if len(rows) > limit else None)
