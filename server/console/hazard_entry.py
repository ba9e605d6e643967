"""Writing down a hazard, or more about it, for whoever tells it by telephone or at the desk."""

from flask import Response

from server.console import fields
from server.console.hazards import KINDS, show
from server.console.needs import CHANNELS
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people.models import Channel
from server.riders.hazards import by_phone, hazards
from server.riders.hazards.by_phone import Says
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
    """Write down what whoever reported it adds, objects to, or finds still wrong."""
    says = fields.choice("says", tuple(Says), Says.MORE)
    who = visit.session, visit.reach, hazard_id, says, keyed("told"), visit.now
    by_phone.tell(*who, channel=Channel.PHONE, vault=visit.runtime.vault)
    return visit.go("hazards.show", "已代为记下。", hazard_id=hazard_id)


@pages.post("/hazards/<hazard_id>/rating", Right.TRIAGE_HAZARDS, again=show)
def rate(visit: Visit, hazard_id: int) -> Response:
    """Write down how whoever reported it rates what was done."""
    stars, said = fields.number("rating"), keyed("rating_words")
    who = visit.session, visit.reach, hazard_id, stars, said, visit.now
    by_phone.rate(*who, channel=Channel.PHONE, vault=visit.runtime.vault)
    return visit.go("hazards.show", "已代为记下评分。", hazard_id=hazard_id)
