"""What members need, at the desk: listed until solved, written down, and told how it ended."""

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.party import DOORS
from server.console.visit import Visit
from server.party.needs import needs, views
from server.party.needs.words import LONGEST, LONGEST_OUTCOME
from server.people.models import Channel
from server.staff.rights import Right

pages = Pages("party_needs", __name__)

STATES = (("open", "还在办"), ("solved", "已办好"))


@pages.get("/party/needs", Right.SEE_PARTY, logged=True)
def list_needs(visit: Visit) -> Response:
    """List what is open, the oldest first, or what is solved."""
    solved, after = fields.asked("state") == "solved", fields.asked_number("after")
    who, vault = (visit.session, visit.reach, visit.now), visit.runtime.party
    return visit.show(
        "party/needs.html",
        page=views.listed(*who, solved=solved, after=after, vault=vault),
        solved=solved,
        states=STATES,
        paged=bool(after),
        source=_source,
    )


@pages.get("/party/files/<file_id>/needs", Right.SEE_PARTY, logged=True)
def show(visit: Visit, file_id: int) -> Response:
    """Show what a member needs, and what became of each need."""
    who = visit.session, visit.reach, file_id, visit.now
    return visit.show(
        "party/member_needs.html",
        file_id=file_id,
        sheet=views.show(*who, vault=visit.runtime.party),
        source=_source,
        doors=DOORS,
        most=(LONGEST, LONGEST_OUTCOME),
    )


@pages.post("/party/files/<file_id>/needs", Right.SEE_PARTY, again=show)
def put_down(visit: Visit, file_id: int) -> Response:
    """Write down a need that was told on the phone or in person."""
    channel = fields.choice("channel", (Channel.PHONE, Channel.PAPER), Channel.PHONE)
    who = visit.session, visit.reach, file_id, keyed("need"), visit.now
    needs.put_down(*who, channel=channel, vault=visit.runtime.party)
    return visit.go("party_needs.show", "已记下，办好前会一直留在单子上。", file_id=file_id)


@pages.post("/party/files/<file_id>/needs/report", Right.SEE_PARTY, again=show)
def from_report(visit: Visit, file_id: int) -> Response:
    """Take a need over from the report in which it was told."""
    who = visit.session, visit.reach, file_id, keyed("quarter"), visit.now
    needs.from_report(*who, vault=visit.runtime.party)
    return visit.go("party_needs.show", "已转办，办好前会一直留在单子上。", file_id=file_id)


@pages.post("/party/files/<file_id>/needs/<need_id>/outcome", Right.SEE_PARTY, again=show)
def solve(visit: Visit, file_id: int, need_id: int) -> Response:
    """Write down what became of a need."""
    who = visit.session, visit.reach, need_id, keyed(f"outcome_{need_id}"), visit.now
    its = needs.solve(*who, vault=visit.runtime.party)
    return visit.go("party_needs.show", "已办好，本人会收到提醒。", file_id=its or file_id)


def _source(need: views.Need) -> str:
    return f"{say(f'copies.needsource_{need.source}')}（{say(f'copies.channel_{need.channel}')}）"
