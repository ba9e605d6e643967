"""Who asks to belong to a team, as its leader sees it."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people import masking, profile
from server.people.vault import Vault
from server.volunteers.models import MemberState, Team, TeamMember

MOST = 20


class Asking(NamedTuple):
    """Somebody who asks to belong to a team; the name is masked, empty where it is not known."""

    id: int
    name: str
    team: str


def asking(session: Session, leader_id: int, *, vault: Vault) -> tuple[Asking, ...]:
    """Return who asks to belong to the teams one leads, names masked, the first first."""
    rows = session.execute(
        select(TeamMember.id, TeamMember.person_id, Team.name)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.leader_id == leader_id, Team.active, TeamMember.state == MemberState.ASKED)
        .order_by(TeamMember.id)
        .limit(MOST)
    ).all()
    names = profile.names_of(session, (row.person_id for row in rows), vault=vault)
    return tuple(
        Asking(row.id, masking.masked(names.get(row.person_id, "")), row.name) for row in rows
    )
