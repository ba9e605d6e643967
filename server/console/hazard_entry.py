"""Writing down a hazard for whoever tells it by telephone, on paper or at the desk."""

from flask import Response

from server.console import fields
from server.console.hazards import KINDS, show
from server.console.needs import CHANNELS
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people.models import Channel
from server.riders.hazards import hazards
from server.riders.hazards.hazards import Wish
from server.riders.hazards.reporting import Told
from server.staff.rights import Right

pages = Pages("hazard_entry", __name__)


@pages.get("/hazards/new", Right.TRIAGE_HAZARDS)
def new(visit: Visit) -> Response:
    """Offer the form."""
    return visit.show("hazards/new.html", kinds=[("", "按内容判断"), *KINDS], channels=CHANNELS)


@pages.post("/hazards", Right.TRIAGE_HAZARDS, again=new)
def create(visit: Visit) -> Response:
    """Write it down; whoever told it is thanked where their number is known."""
    told = Told(keyed("words"), keyed("spot"), None, keyed("kind") or None)
    person_id = fields.number("person") or None
    channel = fields.choice("channel", tuple(Channel), Channel.PHONE)
    vault = visit.runtime.vault
    who = visit.session, visit.reach, person_id, told, visit.now
    hazard = hazards.report_for(*who, channel=channel, vault=vault)
    return visit.go("hazards.show", f"已登记，{hazard.id}号。", hazard_id=hazard.id)


@pages.post("/hazards/<hazard_id>/told", Right.TRIAGE_HAZARDS, again=show)
def tell(visit: Visit, hazard_id: int) -> Response:
    """Write down what whoever reported says of it by another door than WeChat."""
    channel = fields.choice("channel", tuple(Channel), Channel.PHONE)
    wish = fields.choice("wish", tuple(Wish), Wish.ADD)
    who = visit.session, visit.reach, hazard_id, wish, keyed("told"), visit.now
    vault, stars = visit.runtime.vault, fields.number("stars") or 0
    hazards.speak_for(*who, channel=channel, vault=vault, stars=stars)
    return visit.go("hazards.show", "已替他登记。", hazard_id=hazard_id)
