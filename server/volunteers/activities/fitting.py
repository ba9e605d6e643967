"""What a draft must fit: the need it serves, the team that takes it on, and who leads that."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.errors import Invalid
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers import nearby
from server.volunteers.models import Need


class NotItsLeader(Invalid):
    """Whoever is to lead does not lead the team that takes the activity on."""

    code = "volunteers.not_its_leader"


def sees_need(session: Session, reach: Reach, need_id: int | None) -> None:
    """Refuse a need that lies outside the person's reach, or does not exist."""
    if need_id is None:
        return
    path = session.scalar(
        select(Area.path).join(Need, Need.area_id == Area.id).where(Need.id == need_id)
    )
    reach.require(Right.SEE_NEEDS, path)


def led_by_its_team(
    session: Session, team_id: int | None, leader_id: int | None, area: Area
) -> None:
    """Refuse a team that works elsewhere, and a leader who does not lead it."""
    team = nearby.working_in(session, team_id, area) if team_id else None
    if leader_id is not None and leader_id != (team.leader_id if team else None):
        raise NotItsLeader
