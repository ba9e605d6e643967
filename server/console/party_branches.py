"""Branches: put down by the party-data officer, with who leads them."""

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import Visit
from server.party import branches
from server.party.models import Office
from server.people import profile
from server.staff.rights import Right

pages = Pages("party_branches", __name__)

OFFICES = tuple((one.value, say(f"copies.office_{one}")) for one in Office)


@pages.get("/party/branches", Right.KEEP_PARTY_DATA)
def list_branches(visit: Visit) -> Response:
    """List the branches and who leads them."""
    found = branches.of(visit.session, visit.reach, visit.now)
    led = branches.seats(visit.session, [branch.id for branch in found])
    able = branches.candidates(visit.session, visit.now)
    seated = {seat.person_id for seats in led.values() for seat in seats}
    names = profile.names_of(visit.session, {*able, *seated}, vault=visit.runtime.vault)
    return visit.show(
        "party/branches.html",
        branches=found,
        led=led,
        names=names,
        people=[(each, names.get(each, "未留姓名")) for each in able],
        offices=OFFICES,
        office=dict(OFFICES),
        areas=places(visit, Right.KEEP_PARTY_DATA),
    )


@pages.post("/party/branches", Right.KEEP_PARTY_DATA, again=list_branches)
def found_branch(visit: Visit) -> Response:
    """Put a branch down."""
    said = keyed("area"), keyed("name"), visit.now
    branches.found(visit.session, visit.reach, *said, outside=bool(keyed("outside")))
    return visit.go("party_branches.list_branches", "已添加。")


@pages.post("/party/branches/<branch_id>/seats", Right.KEEP_PARTY_DATA, again=list_branches)
def seat(visit: Visit, branch_id: int) -> Response:
    """Let somebody lead a branch, or no more."""
    who = visit.session, visit.reach, branch_id, fields.number("person")
    if keyed("answer") == "relieve":
        branches.relieve(*who, visit.now)
    else:
        office = fields.choice("office", tuple(Office), Office.COMMITTEE)
        branches.entrust(*who, office, visit.now)
    return visit.go("party_branches.list_branches", "已保存。")
