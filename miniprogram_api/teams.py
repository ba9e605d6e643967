"""Volunteer teams: found, asked for, left; their leaders answer who asks."""

from dataclasses import asdict
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
from server.volunteers.teams import membership, requests
from server.volunteers.teams import views as team_views
from server.volunteers.teams.membership import DecidedAlready, NotInTeam, RequestMissing
from server.volunteers.teams.teams import TeamMissing
from server.volunteers.teams.views import TeamView, Wanted

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
    "leads": False,
}
EXAMPLE_REQUEST = {"id": "31", "name": "李*明", "team": "示例青年志愿队"}


class TeamsQuery(Strict):
    """What the list is narrowed to; `area` is a code and takes in all that lies inside it."""

    kind: TeamKind | None = None
    area: Word | None = None
    q: Word | None = None
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,16}$")] | None = None
    limit: Limit = 20


class TeamOut(Out):
    """A team; `number` is what one types in chat, `leads` whether one leads it."""

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
    leads: bool

    @classmethod
    def of(cls, team: TeamView, person_id: int) -> "TeamOut":
        """Write a team down as this person sees it."""
        return cls(**asdict(team), leads=team.leader_id == person_id)


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


class RequestOut(Out):
    """Somebody who asks to belong to a team that one leads; the name is masked, or empty."""

    model_config = exampled(EXAMPLE_REQUEST)

    id: Id
    name: str
    team: str


class RequestsOut(Out):
    """Who waits for one's answer, the first first; those twenty who wait longest."""

    model_config = exampled({"items": [EXAMPLE_REQUEST], "next_cursor": None})

    items: list[RequestOut]
    next_cursor: str | None = None


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
    items = [TeamOut.of(team, call.person_id) for team in page.items]
    return TeamsOut(items=items, next_cursor=page.next_cursor)


@api.get("/me/teams")
def my_teams(call: Call) -> TeamsOut:
    """List the teams one belongs to, asks for or leads."""
    mine = team_views.mine(call.session, call.person_id)
    return TeamsOut(items=[TeamOut.of(team, call.person_id) for team in mine])


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


@api.get("/me/team-requests")
def team_requests(call: Call) -> RequestsOut:
    """List who asks to belong to the teams one leads."""
    found = requests.asking(call.session, call.person_id, vault=call.runtime.vault)
    return RequestsOut(items=[RequestOut.model_validate(one) for one in found])


@api.post("/team-requests/<request_id>/allow", refuses=(RequestMissing, DecidedAlready))
def allow_member(call: Call, request_id: int) -> MembershipOut:
    """Let somebody into the team one leads; they are told."""
    return _decided(call, request_id, True)


@api.post("/team-requests/<request_id>/decline", refuses=(RequestMissing, DecidedAlready))
def decline_member(call: Call, request_id: int) -> MembershipOut:
    """Turn down somebody who asks to belong to the team one leads; they are told."""
    return _decided(call, request_id, False)


def _decided(call: Call, request_id: int, allowed: bool) -> MembershipOut:
    return MembershipOut.model_validate(
        membership.decide(call.session, call.person_id, request_id, allowed, call.now)
    )
