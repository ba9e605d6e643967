"""What looks odd about presence: somebody looks at it and says what they made of it."""

from flask import Response

from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people import profile
from server.people.masking import masked
from server.staff.rights import Right
from server.volunteers.attendance import oddities
from server.volunteers.models import OddityState

pages = Pages("oddities", __name__)


@pages.get("/oddities", Right.JUDGE_ODDITIES)
def list_oddities(visit: Visit) -> Response:
    """List what nobody has judged yet."""
    found = oddities.waiting(visit.session, visit.reach)
    return visit.show("oddities/list.html", oddities=found)


@pages.get("/oddities/<oddity_id>", Right.JUDGE_ODDITIES)
def show(visit: Visit, oddity_id: int) -> Response:
    """Show one of them, with the form to settle it."""
    found = oddities.one(visit.session, visit.reach, oddity_id)
    name = profile.name_of(visit.session, found.person_id or 0, vault=visit.runtime.vault)
    reads_roster = found.shift_id and visit.reach.covers(Right.RECORD_ATTENDANCE, found.path)
    return visit.show(
        "oddities/show.html", oddity=found, who=masked(name or ""), reads_roster=reads_roster
    )


@pages.post("/oddities/<oddity_id>", Right.JUDGE_ODDITIES, again=show)
def settle(visit: Visit, oddity_id: int) -> Response:
    """Put down that it is all right, or that something was done about it."""
    acted = keyed("state") == OddityState.ACTED_ON
    state = OddityState.ACTED_ON if acted else OddityState.CLEARED
    oddities.settle(visit.session, visit.reach, oddity_id, state, keyed("note"), visit.now)
    return visit.go("oddities.list_oddities", "已记下。")
