"""Which teams work where: in their own area, in what lies inside it, and for their community.

A team of one grid helps in all grids of its community; a team of the street in all of its own.
"""

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.errors import Conflict
from server.volunteers.models import Team

COMMUNITY_DEPTH = 3
"""District, street, community: how many codes the path of a community has."""
MOST = 50


class TeamElsewhere(Conflict):
    """The team works elsewhere, or no more."""

    code = "needs.team_elsewhere"


def working_in(session: Session, team_id: int, area: Area) -> Team:
    """Return the team if it is active and works in the area, or refuse."""
    team = session.scalar(_teams(area).where(Team.id == team_id))
    if team is None:
        raise TeamElsewhere
    return team


def all_working_in(session: Session, area: Area, most: int = MOST) -> tuple[Team, ...]:
    """Return the active teams that work in the area, those of the narrowest areas first."""
    nearest = _teams(area).order_by(Area.path.desc(), Team.number).limit(most)
    return tuple(session.scalars(nearest))


def led_in(session: Session, leader_id: int, area: Area) -> tuple[Team, ...]:
    """Return the active teams that work in the area and are led by this person."""
    mine = _teams(area).where(Team.leader_id == leader_id).order_by(Area.path.desc(), Team.number)
    return tuple(session.scalars(mine))


def where_led(session: Session, leader_id: int) -> ColumnElement[bool]:
    """Return the condition that in an `area` a team works that this person leads.

    It says of all areas what `led_in` says of one: a team of one area works in another exactly
    when a team of the other works in the one. One statement.
    """
    led = select(Area.path).join(Team, Team.area_id == Area.id)
    paths = session.scalars(led.where(Team.leader_id == leader_id, Team.active))
    return or_(false(), *map(_covers, paths))


def _teams(area: Area) -> Select[Team]:
    found = select(Team).join(Area, Area.id == Team.area_id)
    return found.where(Team.active, _covers(area.path))


def _covers(path: str) -> ColumnElement[bool]:
    codes = path.split("/")[:-1]
    above = ["/".join(codes[:depth]) + "/" for depth in range(1, len(codes) + 1)]
    community = "/".join(codes[:COMMUNITY_DEPTH]) + "/"
    return or_(Area.path.in_(above), Area.path.startswith(community, autoescape=True))
