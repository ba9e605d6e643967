"""Riders who registered: whoever knows them says so, and helps who lost their WeChat."""

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.start import HREFS
from server.console.visit import Visit
from server.office import moving, newcomers
from server.riders.models import Sector
from server.riders.points import accounts
from server.staff.rights import Right

pages = Pages("riders", __name__)

HREFS[newcomers.KIND] = "riders.list_waiting"


@pages.get("/riders", Right.EDIT_PEOPLE)
def list_waiting(visit: Visit) -> Response:
    """List who registered and is not verified, masked, the oldest first."""
    after = fields.asked_number("after")
    page = newcomers.browse(visit.session, visit.reach, after, vault=visit.runtime.vault)
    sectors = {sector: say(f"copies.sector_{sector}") for sector in Sector}
    facts = {"paged": bool(after), "may_import": visit.reach.may(Right.IMPORT)}
    return visit.show("riders/list.html", page=page, sectors=sectors, **facts)


@pages.post("/riders/<person_id>/verify", Right.EDIT_PEOPLE, again=list_waiting)
def verify(visit: Visit, person_id: int) -> Response:
    """Put down that one knows them to be a rider."""
    newcomers.verify(visit.session, visit.reach, person_id, visit.now)
    return visit.go("riders.list_waiting", "已核实骑手身份。")


@pages.get("/riders/<person_id>/move", Right.EDIT_PEOPLE)
def ask_move(visit: Visit, person_id: int) -> Response:
    """Ask why a rider needs a code for another WeChat."""
    _require(visit, person_id)
    return visit.show("riders/move.html", person_id=person_id, offered=None)


@pages.post("/riders/<person_id>/move", Right.EDIT_PEOPLE, again=ask_move, proof=True)
def move(visit: Visit, person_id: int) -> Response:
    """Show the code this once; the old WeChat is told."""
    who = visit.session, visit.reach, person_id
    vault = visit.runtime.vault
    offered = moving.offer_code(*who, keyed("reason"), visit.now, vault=vault)
    return visit.show("riders/move.html", person_id=person_id, offered=offered)


def _require(visit: Visit, person_id: int) -> None:
    """Refuse unless the rider's area lies where this person edits people."""
    area = accounts.area_of(visit.session, person_id)
    visit.reach.require(Right.EDIT_PEOPLE, area.path)
