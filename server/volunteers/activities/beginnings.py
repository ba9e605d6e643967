"""What a new activity may begin with: another one, a template, or a need."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.people import names, profile
from server.people.vault import Vault
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.activities import inspection, templates
from server.volunteers.activities.drafts import Draft, Time
from server.volunteers.models import Field, Need, Risk, Team, TeamKind

TOMORROW = timedelta(days=1)
USUAL = timedelta(hours=2)
MOST_TEAMS = 50


def of(  # noqa: PLR0913  the three beginnings that there are, of which one is told
    session: Session,
    reach: Reach,
    now: datetime,
    *,
    vault: Vault,
    copy: int | None = None,
    template: int | None = None,
    need: int | None = None,
) -> Draft | None:
    """Return the draft to begin with, refusing what lies out of reach; None for an empty form."""
    if copy is not None:
        return inspection.copy_of(session, reach, copy, now)
    if template is not None:
        found, area = templates.one(session, reach, template)
        tomorrow = now.astimezone(LOCAL).date() + TOMORROW
        return templates.draft_on(found, area.code, tomorrow)
    if need is not None:
        return from_need(session, reach, need, now, vault=vault)
    return None


class Offered(NamedTuple):
    """A team that may take an activity on, with who leads it; the name is masked."""

    id: int
    name: str
    leader_id: int | None
    leader: str


def teams_offered(session: Session, reach: Reach, *, vault: Vault) -> list[Offered]:
    """Return the active teams of these areas and of those above them. Two statements."""
    above = {
        "/".join(codes[:depth]) + "/"
        for path in reach.paths(Right.MANAGE_ACTIVITIES)
        for codes in [path.split("/")[:-1]]
        for depth in range(1, len(codes))
    }
    here = or_(reach.inside(Right.MANAGE_ACTIVITIES), Area.path.in_(above))
    found = session.scalars(
        select(Team)
        .join(Area, Area.id == Team.area_id)
        .where(Team.active, here)
        .order_by(Area.path.desc(), Team.number)
        .limit(MOST_TEAMS)
    ).all()
    called = names.masked_of(session, [team.leader_id for team in found], vault=vault)
    return [
        Offered(team.id, team.name, team.leader_id, called.get(team.leader_id or 0, ""))
        for team in found
    ]


def from_need(
    session: Session, reach: Reach, need_id: int, now: datetime, *, vault: Vault
) -> Draft:
    """Return a draft for a need: its title, field and coarse place, at the time it is wanted.

    The team that has taken it on, and who leads that, stand in it. Rescue work begins as risky;
    the exact address stays with the need.
    """
    found = session.execute(
        select(Need, Area).join(Area, Area.id == Need.area_id).where(Need.id == need_id)
    ).one_or_none()
    reach.require(Right.SEE_NEEDS, found[1].path if found else None)
    if found is None:
        raise OutOfReach
    need, area = found
    starts_at = need.wanted_from if need.wanted_from and need.wanted_from > now else now + TOMORROW
    wanted = need.wanted_until
    ends_at = wanted if wanted and starts_at < wanted <= starts_at + TOMORROW else starts_at + USUAL
    rescue = need.field is Field.EMERGENCY_RESCUE
    team = session.get(Team, need.team_id) if need.team_id else None
    leader = team.leader_id if team else None
    return Draft(
        title=need.title,
        area_code=area.code,
        place=need.place,
        leader_name=(profile.name_of(session, leader, vault=vault) or "") if leader else "",
        risk_note="",
        times=(Time(starts_at, ends_at, max(need.people_wanted, 1)),),
        field=need.field,
        need_id=need.id,
        team=team.kind if team else TeamKind.OTHER,
        team_id=need.team_id,
        leader_id=leader,
        risk=Risk.HIGH if rescue else Risk.NORMAL,
    )
