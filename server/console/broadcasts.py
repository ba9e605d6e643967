"""Telling everybody in an area or a team: written, allowed by another, watched, stopped."""

from datetime import UTC, datetime, time
from typing import Any

from flask import Response, request

from config.wording import LOCAL, say
from server.console import approvals, fields
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import Visit
from server.notices import reasons
from server.notices.broadcasts import consent, counting, drafts, stopping, views, words
from server.notices.broadcasts.drafts import Draft
from server.notices.broadcasts.refusals import BadTime
from server.notices.broadcasts.stopping import STOPPABLE
from server.notices.models import Broadcast, BroadcastState
from server.notices.versions import LONGEST_TITLE
from server.people import profile
from server.staff.rights import Right
from server.volunteers.teams import audiences as teams

pages = Pages("broadcasts", __name__)

approvals.LINKS[consent.KIND] = ("broadcasts.show", "broadcast")
approvals.LABELS[consent.KIND] = "看手机上的样子"

BADGES = {
    BroadcastState.DRAFTED: "plain",
    BroadcastState.ASKED: "wait",
    BroadcastState.APPROVED: "wait",
    BroadcastState.SPREADING: "info",
    BroadcastState.DONE: "ok",
    BroadcastState.STOPPED: "warn",
    BroadcastState.REFUSED: "bad",
    BroadcastState.WITHDRAWN: "plain",
    BroadcastState.LAPSED: "plain",
}
WHOM = ("volunteers", "team", "everybody")


@pages.get("/broadcasts", views.MAY_SEE)
def list_broadcasts(visit: Visit) -> Response:
    """List the broadcasts in reach, the newest first."""
    lines, before = views.browse(visit.session, visit.reach, fields.asked_number("before"))
    writers = {line.broadcast.asked_by for line in lines}
    return visit.show(
        "broadcasts/list.html",
        lines=lines,
        before=before,
        paged="before" in request.args,
        badges=BADGES,
        names=profile.names_of(visit.session, writers, vault=visit.runtime.vault),
        may_write=visit.reach.may(Right.BROADCAST),
    )


@pages.get("/broadcasts/new", Right.BROADCAST)
def new(visit: Visit) -> Response:
    """Ask what to tell, and whom; with `like`, the words of an older one stand in the form."""
    like = fields.asked_number("like")
    older = views.show(visit.session, visit.reach, like).broadcast if like else None
    return _form(visit, older, None)


@pages.post("/broadcasts", Right.BROADCAST, again=new)
def write(visit: Visit) -> Response:
    """Keep the draft and count; nobody is told anything yet."""
    given, settings = _keyed(visit), visit.runtime.settings
    made = drafts.write(visit.session, visit.reach, given, visit.now, settings=settings)
    return visit.go("broadcasts.show", broadcast_id=made.id)


@pages.get("/broadcasts/<broadcast_id>/edit", Right.BROADCAST)
def edit(visit: Visit, broadcast_id: int) -> Response:
    """Offer the words of a draft for change."""
    broadcast, _area = drafts.own(visit.session, visit.reach, broadcast_id)
    return _form(visit, broadcast, broadcast_id)


@pages.post("/broadcasts/<broadcast_id>/edit", Right.BROADCAST, again=edit)
def rewrite(visit: Visit, broadcast_id: int) -> Response:
    """Change the words of a draft, and count anew."""
    drafts.own(visit.session, visit.reach, broadcast_id)
    given, settings = _keyed(visit), visit.runtime.settings
    who = visit.session, visit.reach, broadcast_id
    drafts.rewrite(*who, given, visit.now, settings=settings)
    return visit.go("broadcasts.show", "已改好，人数也重新数过。", broadcast_id=broadcast_id)


@pages.get("/broadcasts/<broadcast_id>", views.MAY_SEE)
def show(visit: Visit, broadcast_id: int) -> Response:
    """Show how phones will show it, for how many it is, and how far it has come."""
    shown = views.show(visit.session, visit.reach, broadcast_id)
    one = shown.broadcast
    people = {one.asked_by, one.allowed_by or one.asked_by}
    return visit.show(
        "broadcasts/show.html",
        look=views.look(visit.session, shown, visit.now),
        name_of=reasons.name_of,
        names=profile.names_of(visit.session, people, vault=visit.runtime.vault),
        mine=one.asked_by == visit.person_id and visit.reach.covers(*_writing(shown)),
        may_write=visit.reach.may(Right.BROADCAST),
        **_progress(shown),
    )


@pages.get("/broadcasts/<broadcast_id>/progress", views.MAY_SEE)
def progress(visit: Visit, broadcast_id: int) -> Response:
    """Give the part of the page that moves."""
    shown = views.show(visit.session, visit.reach, broadcast_id)
    return visit.show("broadcasts/progress.html", **_progress(shown))


@pages.post("/broadcasts/<broadcast_id>/ask", Right.BROADCAST, again=show)
def ask(visit: Visit, broadcast_id: int) -> Response:
    """Ask a colleague to allow it."""
    who, settings = (visit.session, visit.reach, broadcast_id), visit.runtime.settings
    consent.ask(*who, keyed("reason"), visit.now, settings=settings)
    said = "已请另一位同事批准。批准后自动发，不用再来点。"
    return visit.go("broadcasts.show", said, broadcast_id=broadcast_id)


@pages.post("/broadcasts/<broadcast_id>/withdraw", Right.BROADCAST, again=show)
def withdraw(visit: Visit, broadcast_id: int) -> Response:
    """Take back what nobody has allowed yet."""
    consent.withdraw(visit.session, visit.reach, broadcast_id, visit.now)
    return visit.go("broadcasts.show", "已撤回，没有发给任何人。", broadcast_id=broadcast_id)


@pages.post("/broadcasts/<broadcast_id>/stop", views.MAY_SEE, again=show)
def stop(visit: Visit, broadcast_id: int) -> Response:
    """Let nobody else be told."""
    stopping.stop(visit.session, visit.reach, broadcast_id, visit.now)
    return visit.go("broadcasts.show", "已停止，还没发出的都不发了。", broadcast_id=broadcast_id)


def _form(visit: Visit, broadcast: Broadcast | None, broadcast_id: int | None) -> Response:
    choices = teams.choices(visit.session, visit.reach)
    whom = [name for name in WHOM if name != "team" or choices]
    area = ""
    if broadcast is not None:
        area = views.show(visit.session, visit.reach, broadcast.id).area.code
    return visit.show(
        "broadcasts/form.html",
        broadcast=broadcast,
        broadcast_id=broadcast_id,
        area=area,
        areas=places(visit, Right.BROADCAST),
        teams=choices,
        whom=[(name, say(f"broadcasts.whom_{name}")) for name in whom],
        longest={"title": LONGEST_TITLE, "text": words.LONGEST_TEXT},
    )


def _keyed(visit: Visit) -> Draft:
    whom = fields.choice("whom", WHOM, "")
    return Draft(
        title=keyed("title"),
        text=keyed("text"),
        whom=whom,
        area_code=keyed("area"),
        group_id=fields.number("team") or None,
        urgent=keyed("urgent") == "1",
        begins_at=_begins(visit.now),
    )


def _begins(now: datetime) -> datetime | None:
    """Return the moment of this day that was keyed, None for an empty field."""
    said = keyed("begins")
    if not said:
        return None
    try:
        hour = time.fromisoformat(said.replace("：", ":"))
    except ValueError:
        raise BadTime from None
    today = now.astimezone(LOCAL).date()
    return datetime.combine(today, hour.replace(tzinfo=None), LOCAL).astimezone(UTC)


def _writing(shown: views.Shown) -> tuple[Right, str]:
    return Right.BROADCAST, shown.area.path


def _progress(shown: views.Shown) -> dict[str, Any]:
    state = shown.broadcast.state
    return {
        "shown": shown,
        "broadcast": shown.broadcast,
        "state": (BADGES[state], say(f"broadcasts.state_{state}")),
        "moving": shown.moves,
        "stoppable": state in STOPPABLE,
        "few": counting.FEW,
        "whom": shown.group or say(f"broadcasts.whom_{shown.broadcast.whom}"),
    }
