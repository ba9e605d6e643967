"""Teams: the list, one of them with its members, founded and kept by staff."""

from flask import Response, request

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import Visit
from server.staff.rights import Right
from server.volunteers.models import TeamKind
from server.volunteers.teams import membership
from server.volunteers.teams import teams as verbs
from server.volunteers.teams import views as team_views
from server.volunteers.teams.teams import Described
from server.volunteers.teams.views import Wanted

pages = Pages("teams", __name__)


KINDS = tuple((kind.value, say(f"teams.kind_{kind}")) for kind in TeamKind)


@pages.get("/teams", Right.SEE_TEAMS)
def list_teams(visit: Visit) -> Response:
    """List the teams in reach."""
    kind = fields.asked("kind")
    wanted = Wanted(
        kind=TeamKind(kind) if kind in set(TeamKind) else None,
        area_code=fields.asked("area"),
        words=fields.asked("q")[:40],
    )
    page = team_views.browse_for(
        visit.session, visit.reach, wanted, after=fields.asked_number("after")
    )
    asked = {name: value for name, value in request.args.items() if value and name != "after"}
    return visit.show(
        "teams/list.html",
        page=page,
        asked=asked,
        paged="after" in request.args,
        kinds=[("", "全部类别"), *KINDS],
        names=dict(KINDS),
        areas=[("", "全部区域"), *places(visit, Right.SEE_TEAMS)],
        may_manage=visit.reach.may(Right.MANAGE_TEAMS),
    )


@pages.get("/teams/<team_id>", Right.SEE_TEAMS)
def show(visit: Visit, team_id: int) -> Response:
    """Show a team and who belongs to it."""
    team, members = team_views.show(visit.session, visit.reach, team_id, vault=visit.runtime.vault)
    return visit.show(
        "teams/show.html",
        team=team,
        members=members,
        kind=say(f"teams.kind_{team.kind}"),
        manages=visit.reach.covers(Right.MANAGE_TEAMS, team.area_path),
    )


@pages.get("/teams/new", Right.MANAGE_TEAMS)
def new(visit: Visit) -> Response:
    """Offer the form that founds a team."""
    return _form(visit, None)


@pages.post("/teams", Right.MANAGE_TEAMS, again=new)
def create(visit: Visit) -> Response:
    """Found the team."""
    team = verbs.found(visit.session, visit.reach, _described(), visit.now)
    said = f"已新建，{team.number}号队伍。队员自己申请加入，您在这里通过。"
    return visit.go("teams.show", said, team_id=team.id)


@pages.get("/teams/<team_id>/edit", Right.MANAGE_TEAMS)
def edit(visit: Visit, team_id: int) -> Response:
    """Offer the form that describes the team anew."""
    team, _area = verbs.reached(visit.session, visit.reach, Right.MANAGE_TEAMS, team_id)
    view, _members = team_views.show(visit.session, visit.reach, team.id, vault=visit.runtime.vault)
    return _form(visit, view)


@pages.post("/teams/<team_id>/edit", Right.MANAGE_TEAMS, again=edit)
def save(visit: Visit, team_id: int) -> Response:
    """Describe the team anew."""
    verbs.edit(visit.session, visit.reach, team_id, _described(), visit.now)
    return visit.go("teams.show", "已保存。", team_id=team_id)


@pages.post("/teams/<team_id>/retire", Right.MANAGE_TEAMS, again=show)
def retire(visit: Visit, team_id: int) -> Response:
    """Let the team rest for good."""
    verbs.retire(visit.session, visit.reach, team_id, visit.now)
    return visit.go("teams.show", "已停止活动，不再接收队员和派单。", team_id=team_id)


@pages.post("/teams/<team_id>/leader", Right.MANAGE_TEAMS, again=show)
def appoint(visit: Visit, team_id: int) -> Response:
    """Let one of its members lead the team."""
    member = fields.number("member")
    verbs.appoint(visit.session, visit.reach, team_id, member, visit.now)
    return visit.go("teams.show", "已设为负责人。", team_id=team_id)


@pages.post("/teams/<team_id>/members", Right.MANAGE_TEAMS, again=show)
def decide(visit: Visit, team_id: int) -> Response:
    """Let somebody who asked into the team, or not."""
    allowed = keyed("answer") == "allow"
    membership.decide_for(visit.session, visit.reach, fields.number("member"), allowed, visit.now)
    said = "已通过，已告诉本人。" if allowed else "已婉拒，已告诉本人。"
    return visit.go("teams.show", said, team_id=team_id)


def _described() -> Described:
    kind = fields.choice("kind", tuple(TeamKind), TeamKind.OTHER)
    return Described(keyed("name"), kind, keyed("area"), keyed("about"))


def _form(visit: Visit, team: team_views.TeamView | None) -> Response:
    areas = places(visit, Right.MANAGE_TEAMS)
    return visit.show("teams/form.html", team=team, areas=areas, kinds=KINDS)
