"""The volunteers of an area and the members of a team, as those whom a broadcast is for."""

from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.notices.broadcasts.audiences import AUDIENCES, Audience, Group
from server.people.models import Person
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import LIVE, Activity, MemberState, Shift, Signup, Team, TeamMember

MOST_TEAMS = 500


def choices(session: Session, reach: Reach) -> list[tuple[int, str]]:
    """Return the active teams whose members this person may tell something: (id, name)."""
    rows = session.execute(
        select(Team.id, Team.name)
        .join(Area, Area.id == Team.area_id)
        .where(reach.inside(Right.BROADCAST), Team.active)
        .order_by(Team.id)
        .limit(MOST_TEAMS)
    )
    return [(row.id, row.name) for row in rows]


def _volunteers(path: str, _team: int | None) -> Select[Any]:
    """Select who belongs to a team of the area, has a place there, or lives there and serves."""
    inside = select(Area.id).where(tree.within(path))
    members = (
        select(TeamMember.person_id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.area_id.in_(inside), Team.active, TeamMember.state == MemberState.MEMBER)
    )
    serving = (
        select(Signup.person_id)
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Activity.area_id.in_(inside), Signup.state.in_(LIVE))
    )
    living = (
        select(Signup.person_id)
        .join(Person, Person.id == Signup.person_id)
        .where(Person.area_id.in_(inside), Signup.state.in_(LIVE))
    )
    together = union(members, serving, living).subquery()
    return select(together.c.person_id)


def _members(_path: str, team: int | None) -> Select[Any]:
    return (
        select(TeamMember.person_id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(TeamMember.team_id == team, Team.active, TeamMember.state == MemberState.MEMBER)
    )


def _team(session: Session, team_id: int) -> Group | None:
    row = session.execute(
        select(Team.area_id, Team.name, Team.active).where(Team.id == team_id)
    ).one_or_none()
    return Group(*row) if row else None


AUDIENCES["volunteers"] = Audience(_volunteers)
AUDIENCES["team"] = Audience(_members, _team)
