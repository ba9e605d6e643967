"""What happens to memberships when two persons prove to be one."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from server.people import joining
from server.volunteers.models import MemberState, TeamMember
from server.volunteers.teams.membership import LIVE


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Leave one membership where both had one in a team: that of a member beats a request."""
    ours, theirs = aliased(TeamMember), aliased(TeamMember)
    doubled = session.execute(
        select(ours.id, ours.state, theirs.id, theirs.state)
        .join(theirs, theirs.team_id == ours.team_id)
        .where(
            ours.person_id == keep,
            ours.state.in_(LIVE),
            theirs.person_id == gone,
            theirs.state.in_(LIVE),
        )
    ).all()
    for mine, my_state, yours, your_state in doubled:
        your_member = your_state is MemberState.MEMBER and my_state is MemberState.ASKED
        session.execute(
            update(TeamMember)
            .where(TeamMember.id == (mine if your_member else yours))
            .values(state=MemberState.LEFT, changed_at=now)
        )


joining.FOLLOWERS.append(follow)
