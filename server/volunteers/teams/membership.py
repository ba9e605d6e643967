"""Belonging to a team: asked for by oneself, allowed by its leader or staff, ended at any time.

Nobody is put into a team by somebody else (志愿服务条例 art. 3: of one's own will).
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.db import insert_into
from server.errors import Conflict, Missing
from server.notices import outbox
from server.people.models import Channel
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import MemberState, Team, TeamMember
from server.volunteers.teams.teams import TeamMissing

LIVE = (MemberState.ASKED, MemberState.MEMBER)
"""States in which somebody belongs to a team, or wants to."""


class NotInTeam(Conflict):
    """The person neither belongs to the team nor has asked to."""

    code = "teams.not_in_team"


class RequestMissing(Missing):
    """There is no such request, or it is for a team that this person does not lead."""

    code = "teams.request_missing"


class DecidedAlready(Conflict):
    """Somebody has decided on the request, or it was taken back."""

    code = "teams.decided_already"


class Membership(NamedTuple):
    """Where somebody stands with a team."""

    member_id: int
    team_id: int
    number: int
    name: str
    state: MemberState


def join(
    session: Session, person_id: int, team_id: int, now: datetime, *, channel: Channel
) -> Membership:
    """Ask to belong to a team; asking twice is asking once. Its leader belongs to it at once.

    The one live row of a person and team is kept unique by the database, so that two taps at
    once make one request.
    """
    team = session.get(Team, team_id)
    if team is None or not team.active:
        raise TeamMissing
    leads = team.leader_id == person_id
    entered = session.execute(
        insert_into(session, TeamMember)
        .values(
            team_id=team_id,
            person_id=person_id,
            state=MemberState.MEMBER if leads else MemberState.ASKED,
            channel=channel,
            asked_at=now,
            changed_at=now,
            decided_by=person_id if leads else None,
        )
        .on_conflict_do_nothing()
        .returning(TeamMember.id)
    ).scalar_one_or_none()
    if entered is not None and not leads:
        _tell_leader(session, team, entered, now)
    return _standing(session, person_id, team)


def leave(session: Session, person_id: int, team_id: int, now: datetime) -> Membership:
    """Leave a team, or take the request back; leaving twice is leaving once."""
    team = session.get(Team, team_id)
    if team is None:
        raise TeamMissing
    session.execute(
        update(TeamMember)
        .where(
            TeamMember.person_id == person_id,
            TeamMember.team_id == team_id,
            TeamMember.state.in_(LIVE),
        )
        .values(state=MemberState.LEFT, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    if team.leader_id == person_id:
        team.leader_id = None
    standing = _standing(session, person_id, team)
    if standing.state is not MemberState.LEFT:
        raise NotInTeam(name=team.name)
    return standing


def decide(
    session: Session, leader_id: int, member_id: int, allowed: bool, now: datetime
) -> Membership:
    """Let somebody into the team one leads, or not; they are told."""
    found = _requested(session, member_id)
    if found is None or found[1].leader_id != leader_id:
        raise RequestMissing
    return _decide(session, found[0], found[1], leader_id, allowed, now)


def decide_for(
    session: Session, reach: Reach, member_id: int, allowed: bool, now: datetime
) -> Membership:
    """Let somebody into a team, or not, in the place of its leader."""
    found = _requested(session, member_id)
    reach.require(Right.MANAGE_TEAMS, found[2].path if found else None)
    assert found is not None
    member, team, area = found
    standing = _decide(session, member, team, reach.person_id, allowed, now)
    action = "team.member_allowed" if allowed else "team.member_declined"
    subject = ("team", team.id)
    trail.record(session, reach.person_id, action, subject, now, area_path=area.path)
    return standing


def _decide(
    session: Session, member: TeamMember, team: Team, by: int, allowed: bool, now: datetime
) -> Membership:
    state = MemberState.MEMBER if allowed else MemberState.DECLINED
    decided = session.execute(
        update(TeamMember)
        .where(TeamMember.id == member.id, TeamMember.state == MemberState.ASKED)
        .values(state=state, changed_at=now, decided_by=by)
        .returning(TeamMember.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(member)
    if decided is None and member.state is not state:
        raise DecidedAlready
    if decided is not None:
        kind = "teams.allowed" if allowed else "teams.declined"
        facts = {"name": team.name, "number": team.number, "at": now}
        outbox.queue(session, member.person_id, kind, f"{kind}:{member.id}", now, facts)
    return Membership(member.id, team.id, team.number, team.name, member.state)


def _requested(session: Session, member_id: int) -> tuple[TeamMember, Team, Area] | None:
    row = session.execute(
        select(TeamMember, Team, Area)
        .join(Team, Team.id == TeamMember.team_id)
        .join(Area, Area.id == Team.area_id)
        .where(TeamMember.id == member_id)
    ).one_or_none()
    return (row.TeamMember, row.Team, row.Area) if row else None


def _standing(session: Session, person_id: int, team: Team) -> Membership:
    row = session.execute(
        select(TeamMember.id, TeamMember.state)
        .where(TeamMember.person_id == person_id, TeamMember.team_id == team.id)
        .order_by(TeamMember.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotInTeam(name=team.name)
    return Membership(row.id, team.id, team.number, team.name, row.state)


def _tell_leader(session: Session, team: Team, member_id: int, now: datetime) -> None:
    if team.leader_id is not None:
        facts = {"name": team.name, "request": member_id, "at": now}
        key = f"teams.asked:{member_id}"
        outbox.queue(session, team.leader_id, "teams.asked", key, now, facts)
