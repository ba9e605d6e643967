"""Needs: the list, one of them, and writing one down for a resident."""

from datetime import datetime, timedelta

from flask import Response, request

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import Visit
from server.people.models import Channel
from server.staff.rights import Right
from server.volunteers.models import Field, NeedState
from server.volunteers.needs import activities, raising
from server.volunteers.needs import desk as need_desk
from server.volunteers.needs.desk import Contact, Wanted
from server.volunteers.needs.raising import Ask
from server.volunteers.needs.views import NeedView
from server.volunteers.needs.words import Tick

pages = Pages("needs", __name__)


CHANNELS = ((Channel.PHONE, "电话"), (Channel.CONSOLE, "当面"), (Channel.PAPER, "书面"))
STATES = tuple(state for state in NeedState if state is not NeedState.DRAFT)
FIELDS = tuple((field.value, say(f"needs.field_{field}")) for field in Field)
TICKS = tuple((tick.value, tick.value) for tick in Tick)
KINDS = {
    NeedState.SUBMITTED: "warn",
    NeedState.VERIFIED: "warn",
    NeedState.REJECTED: "plain",
    NeedState.DISPATCHED: "wait",
    NeedState.ACCEPTED: "info",
    NeedState.IN_SERVICE: "info",
    NeedState.DONE: "ok",
    NeedState.RATED: "ok",
    NeedState.CLOSED: "plain",
    NeedState.WITHDRAWN: "plain",
}
"""How each state is marked."""


@pages.get("/needs", Right.SEE_NEEDS)
def list_needs(visit: Visit) -> Response:
    """List needs, the district's priorities first and what is due soonest in front."""
    wanted = _wanted()
    page = need_desk.browse(
        visit.session,
        visit.reach,
        wanted,
        visit.now,
        vault=visit.runtime.vault,
        cursor=request.args.get("cursor"),
    )
    asked = {name: value for name, value in request.args.items() if value and name != "cursor"}
    return visit.show(
        "needs/list.html",
        page=page,
        asked=asked,
        paged="cursor" in request.args,
        states=[("", "还没办完的"), *((state, state_words(state)) for state in STATES)],
        subjects=[("", "全部领域"), *FIELDS],
        areas=[("", "全部区域"), *places(visit, Right.SEE_NEEDS)],
        kinds=KINDS,
        state_words=state_words,
        may_raise=visit.reach.may(Right.RAISE_NEEDS),
    )


@pages.get("/needs/<need_id>", Right.SEE_NEEDS)
def show(visit: Visit, need_id: int) -> Response:
    """Show one need and the steps that fit now."""
    need, masked = need_desk.show(
        visit.session, visit.reach, need_id, visit.now, vault=visit.runtime.vault
    )
    return shown(visit, need, masked, seen=False)


@pages.get("/needs/new", Right.RAISE_NEEDS)
def new(visit: Visit) -> Response:
    """Offer the form in which staff write down what a resident tells them."""
    return visit.show(
        "needs/new.html",
        areas=places(visit, Right.RAISE_NEEDS),
        subjects=[("", "按内容判断"), *FIELDS],
        ticks=TICKS,
        channels=CHANNELS,
    )


@pages.post("/needs", Right.RAISE_NEEDS, again=new)
def create(visit: Visit) -> Response:
    """Write the need down."""
    subject = keyed("field")
    what = Ask(
        words=keyed("words"),
        area_code=keyed("area"),
        address=keyed("address"),
        field=Field(subject) if subject in set(Field) else None,
        ticks=tuple(request.form.getlist("ticks")),
        wanted_until=_last_moment("until"),
        people_wanted=fields.number("people") or 1,
        name=keyed("name"),
        phone=keyed("phone"),
    )
    channel = fields.choice("channel", tuple(Channel), Channel.CONSOLE)
    need = raising.ask_for(
        visit.session, visit.reach, what, visit.now, channel=channel, vault=visit.runtime.vault
    )
    return visit.go("needs.show", f"已登记，编号{need.number}。", need_id=need.id)


def shown(visit: Visit, need: NeedView, contact: Contact, *, seen: bool) -> Response:
    """Show one need; its contact is whole where it was `seen` with a reason."""
    manages = visit.reach.covers(Right.MANAGE_NEEDS, need.area_path)
    vault = visit.runtime.vault
    suggested = {}
    if manages and need.state is NeedState.ACCEPTED and need.activity_number is None:
        suggested = activities.suggested(visit.session, need, vault=vault)
    return visit.show(
        "needs/show.html",
        need=need,
        contact=contact,
        seen=seen,
        lines=need_desk.timeline(visit.session, need, vault=vault),
        manages=manages,
        may_unmask=visit.reach.covers(Right.UNMASK, need.area_path),
        teams=_teams(visit, need) if manages else (),
        suggested=suggested,
        wants=activities.wants(need.field),
        subjects=FIELDS,
        kind=KINDS[need.state],
        state_words=state_words,
    )


def state_words(state: NeedState) -> str:
    """Return a state as staff read it."""
    return say(f"needs.state_{state}")


def _last_moment(name: str) -> datetime | None:
    """Return the last moment of the local day that was keyed."""
    over = fields.end_of_day(name)
    return over - timedelta(seconds=1) if over else None


def _teams(visit: Visit, need: NeedView) -> list[tuple[int, str]]:
    if need.state not in (NeedState.VERIFIED, NeedState.DISPATCHED):
        return []
    found = need_desk.teams_for(visit.session, visit.reach, need.id)
    return [(team.id, f"{team.name}（{say(f'teams.kind_{team.kind}')}）") for team in found]


def _wanted() -> Wanted:
    state, subject = fields.asked("state"), fields.asked("field")
    return Wanted(
        state=NeedState(state) if state in set(STATES) else None,
        field=Field(subject) if subject in set(Field) else None,
        overdue=fields.asked("overdue") == "1",
        area_code=fields.asked("area"),
    )
