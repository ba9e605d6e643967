"""People: found by exactly what they are called, shown masked, registered if without WeChat."""

from typing import Any

from flask import Response

from server.console import fields
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import Visit
from server.office import amending, people, registering, unmasking
from server.office.amending import Change
from server.office.registering import Newcomer
from server.people.models import Channel
from server.staff.rights import ROLE_NAMES, Right

pages = Pages("people", __name__)


REASONS = ("联系本人确认报名或服务", "核对身份，办理本人申请", "处理投诉或意外情况")


@pages.get("/people", Right.SEE_PEOPLE)
def list_people(visit: Visit) -> Response:
    """Show a page of the people who belong to one's areas, masked."""
    area, after = fields.asked("area"), fields.asked_number("after")
    found = people.of_area(visit.session, visit.reach, area, after, vault=visit.runtime.vault)
    more = found[-1].id if len(found) == people.PAGE else None
    facts: dict[str, Any] = {
        "area": area,
        "after": after,
        "more": more,
        "places": places(visit, Right.SEE_PEOPLE),
    }
    return visit.show("people/list.html", people=found, found=None, **facts)


@pages.post("/people/find", Right.SEE_PEOPLE, alone=True)
def find(visit: Visit) -> Response:
    """Show whom the words name exactly; they come in a form so that no address keeps them."""
    visit.runtime.limits.spend("person", "find", str(visit.person_id))
    found = people.find(visit.session, visit.reach, keyed("words"), vault=visit.runtime.vault)
    return visit.show("people/list.html", people=found, found=len(found), places=())


@pages.get("/people/new", Right.EDIT_PEOPLE)
def new(visit: Visit) -> Response:
    """Ask what somebody without WeChat says of themselves."""
    return visit.show("people/new.html", places=places(visit, Right.EDIT_PEOPLE))


@pages.post("/people/new", Right.EDIT_PEOPLE, again=new)
def register(visit: Visit) -> Response:
    """Put a person down."""
    who = visit.session, visit.reach
    newcomer = Newcomer(
        name=keyed("name"),
        phone=keyed("phone"),
        birth_year=fields.year("birth_year"),
        area_code=keyed("area"),
        channel=fields.choice("channel", registering.DOORS, Channel.PHONE),
        agreed=bool(keyed("agreed")),
        shares_phone=bool(keyed("shares_phone")),
    )
    person_id = registering.register(*who, newcomer, visit.now, vault=visit.runtime.vault)
    return visit.go("people.show", "已登记。", person_id=person_id)


@pages.get("/people/<person_id>", Right.SEE_PEOPLE)
def show(visit: Visit, person_id: int) -> Response:
    """Show what is known of a person, masked."""
    card = people.card(visit.session, visit.reach, person_id, visit.now, vault=visit.runtime.vault)
    may = {right: visit.reach.may(right) for right in (Right.MANAGE_POSTS, Right.EDIT_PEOPLE)}
    return visit.show("people/show.html", card=card, roles=ROLE_NAMES, may=may)


@pages.get("/people/<person_id>/edit", Right.EDIT_PEOPLE)
def edit(visit: Visit, person_id: int) -> Response:
    """Ask what is to be put down anew, and why."""
    card = people.card(visit.session, visit.reach, person_id, visit.now, vault=visit.runtime.vault)
    return visit.show("people/edit.html", card=card, places=places(visit, Right.EDIT_PEOPLE))


@pages.post("/people/<person_id>/edit", Right.EDIT_PEOPLE, again=edit)
def amend(visit: Visit, person_id: int) -> Response:
    """Put down anew what was keyed."""
    change = Change(keyed("name"), keyed("phone"), fields.year("birth_year"), keyed("area"))
    who = visit.session, visit.reach, person_id
    done = amending.amend(*who, change, keyed("reason"), visit.now, vault=visit.runtime.vault)
    said = "已更正。" if done else "没有要更正的内容。"
    if amending.YEAR_CLAIMED in done:
        said = "已记下。出生年份要由另一位同事当面看过证件才改，已放进待办。"
    return visit.go("people.show", said, person_id=person_id)


@pages.get("/people/<person_id>/unmask", Right.UNMASK)
def ask_why(visit: Visit, person_id: int) -> Response:
    """Ask why a name or phone number must be seen whole."""
    card = people.card(visit.session, visit.reach, person_id, visit.now, vault=visit.runtime.vault)
    return visit.show(
        "people/unmask.html", card=card, reasons=[(why, why) for why in REASONS], whole=None
    )


@pages.post("/people/<person_id>/unmask", Right.UNMASK, again=ask_why)
def unmask(visit: Visit, person_id: int) -> Response:
    """Show name and phone number this once; who looked and why is noted."""
    visit.runtime.limits.spend("unmask", str(visit.person_id))
    vault = visit.runtime.vault
    who = visit.session, visit.reach, person_id
    why = keyed("words") or keyed("reason")
    whole = unmasking.unmask(*who, why, visit.now, vault=vault)
    card = people.card(*who, visit.now, vault=vault)
    return visit.show("people/unmask.html", card=card, reasons=(), whole=whole)


@pages.post("/people/<person_id>/code", Right.EDIT_PEOPLE)
def code(visit: Visit, person_id: int) -> Response:
    """Show the code that this person says in their own chat."""
    who = visit.session, visit.reach, person_id, visit.now
    offered = registering.offer_code(*who, vault=visit.runtime.vault)
    card = people.card(*who, vault=visit.runtime.vault)
    return visit.show("people/code.html", card=card, offered=offered)
