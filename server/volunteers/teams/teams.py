"""Teams as staff keep them: founded, described anew, given a leader, retired."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.audit import trail
from server.errors import Conflict, Invalid, Missing
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers import numbering
from server.volunteers.models import MemberState, Team, TeamKind, TeamMember
from server.volunteers.typed import clean

MOST_NAME = 60
MOST_ABOUT = 400


class TeamMissing(Missing):
    """There is no such team, or it is no more."""

    code = "teams.missing"


class NamelessTeam(Invalid):
    """A team bears a name."""

    code = "teams.nameless"


class NotAMember(Conflict):
    """Only who belongs to the team of their own will can lead it."""

    code = "teams.not_a_member"


@dataclass(frozen=True)
class Described:
    """A team as staff describe it."""

    name: str
    kind: TeamKind
    area_code: str
    about: str = ""


def found(session: Session, reach: Reach, what: Described, now: datetime) -> Team:
    """Found a team; nobody belongs to it until they ask."""
    area = tree.by_code(session, what.area_code)
    reach.require(Right.MANAGE_TEAMS, area.path)
    name, about = _checked(what)

    def make(number: int) -> Team:
        return Team(
            number=number,
            name=name,
            kind=what.kind,
            area_id=area.id,
            about=about,
            active=True,
            created_at=now,
        )

    team = numbering.insert(session, Team, make)
    _note(session, reach, "founded", team, area, now)
    return team


def edit(session: Session, reach: Reach, team_id: int, what: Described, now: datetime) -> Team:
    """Describe a team anew; it may move within the reach of whoever does."""
    team, before = reached(session, reach, Right.MANAGE_TEAMS, team_id)
    area = tree.by_code(session, what.area_code)
    reach.require(Right.MANAGE_TEAMS, area.path)
    team.name, team.about = _checked(what)
    team.kind, team.area_id = what.kind, area.id
    _note(session, reach, "edited", team, before, now)
    return team


def appoint(session: Session, reach: Reach, team_id: int, member_id: int, now: datetime) -> Team:
    """Let one of its members lead the team from now on."""
    team, area = reached(session, reach, Right.MANAGE_TEAMS, team_id)
    member = session.get(TeamMember, member_id)
    if member is None or member.team_id != team.id or member.state is not MemberState.MEMBER:
        raise NotAMember
    team.leader_id = member.person_id
    _note(session, reach, "leader_appointed", team, area, now)
    return team


def retire(session: Session, reach: Reach, team_id: int, now: datetime) -> Team:
    """Let a team rest for good: it takes no members and no needs; what it did stays."""
    team, area = reached(session, reach, Right.MANAGE_TEAMS, team_id)
    if team.active:
        team.active = False
        _note(session, reach, "retired", team, area, now)
    return team


def reached(session: Session, reach: Reach, right: Right, team_id: int) -> tuple[Team, Area]:
    """Return the team with its area if the right reaches it, or refuse."""
    row = session.execute(
        select(Team, Area).join(Area, Area.id == Team.area_id).where(Team.id == team_id)
    ).one_or_none()
    reach.require(right, row.Area.path if row else None)
    assert row is not None
    return row.Team, row.Area


def _checked(what: Described) -> tuple[str, str]:
    name = clean(what.name, MOST_NAME).replace("\n", " ")
    if not name:
        raise NamelessTeam
    return name, clean(what.about, MOST_ABOUT)


def _note(
    session: Session, reach: Reach, action: str, team: Team, area: Area, now: datetime
) -> None:
    subject = ("team", team.id)
    trail.record(session, reach.person_id, f"team.{action}", subject, now, area_path=area.path)
