"""Volunteer teams: found, asked for, left."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.activities import Word
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Out
from server.areas.tree import AreaMissing
from server.people.models import Channel
from server.volunteers.models import MemberState, TeamKind
from server.volunteers.teams import membership
from server.volunteers.teams import views as team_views
from server.volunteers.teams.membership import NotInTeam
from server.volunteers.teams.teams import TeamMissing
from server.volunteers.teams.views import Wanted

api = Api("teams", __name__)

EXAMPLE_TEAM = {
    "id": "2",
    "number": 2,
    "name": "示例青年志愿队",
    "kind": "youth",
    "area": "示例社区",
    "area_code": "yingze-liuxiang-1",
    "about": "每周六上午为老人读报。",
    "members": 12,
    "my_state": None,
}


class TeamsQuery(Strict):
    """What the list is narrowed to; `area` is a code and takes in all that lies inside it."""

    kind: TeamKind | None = None
    area: Word | None = None
    q: Word | None = None
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,16}$")] | None = None
    limit: Limit = 20


class TeamOut(Out):
    """A team; `number` is what one types in chat."""

    model_config = exampled(EXAMPLE_TEAM)

    id: Id
    number: int
    name: str
    kind: TeamKind
    area: str
    area_code: str
    about: str
    members: int
    my_state: MemberState | None


class TeamsOut(Out):
    """A page of teams."""

    model_config = exampled({"items": [EXAMPLE_TEAM], "next_cursor": None})

    items: list[TeamOut]
    next_cursor: str | None = None


class MembershipOut(Out):
    """Where one stands with a team."""

    model_config = exampled(
        {"team_id": "2", "number": 2, "name": "示例青年志愿队", "state": "asked"}
    )

    team_id: Id
    number: int
    name: str
    state: MemberState


@api.get("/teams", refuses=(AreaMissing,))
def list_teams(call: Call, query: TeamsQuery) -> TeamsOut:
    """List the teams one may ask to belong to, by their number."""
    wanted = Wanted(query.kind, query.area or "", query.q or "")
    page = team_views.browse(
        call.session,
        call.person_id,
        wanted,
        after=int(query.cursor or 0),
        limit=query.limit,
    )
    return TeamsOut.model_validate(page)


@api.get("/me/teams")
def my_teams(call: Call) -> TeamsOut:
    """List the teams one belongs to, asks for or leads."""
    mine = team_views.mine(call.session, call.person_id)
    return TeamsOut(items=[TeamOut.model_validate(team) for team in mine])


@api.put("/teams/<team_id>/membership", refuses=(TeamMissing,))
def join(call: Call, team_id: int) -> MembershipOut:
    """Ask to belong to a team; asking twice is asking once."""
    return MembershipOut.model_validate(
        membership.join(
            call.session, call.person_id, team_id, call.now, channel=Channel.MINIPROGRAM
        )
    )


@api.delete("/teams/<team_id>/membership", refuses=(TeamMissing, NotInTeam))
def leave(call: Call, team_id: int) -> MembershipOut:
    """Leave a team, or take the request back."""
    return MembershipOut.model_validate(
        membership.leave(call.session, call.person_id, team_id, call.now)
    )
