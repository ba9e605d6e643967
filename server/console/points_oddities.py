"""What looks odd about points: somebody who had no hand in it looks, and says what they found."""

from typing import Any

from flask import Response

from server.console import fields
from server.console.pages import Pages, keyed
from server.console.start import HREFS
from server.console.visit import Visit
from server.people import profile
from server.people.masking import masked
from server.riders.models import OddState
from server.riders.oddities import oddities
from server.riders.oddities.oddities import PAGE, OddityView
from server.staff.rights import Right

pages = Pages("points_oddities", __name__)

HREFS[oddities.KIND] = "points_oddities.show"


@pages.get("/points/oddities", Right.JUDGE_ODDITIES)
def list_oddities(visit: Visit) -> Response:
    """List what nobody has judged yet, with why each is listed and what to do."""
    after = fields.asked_number("after")
    found = oddities.waiting(visit.session, visit.reach, after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    return visit.show(
        "points_oddities/list.html",
        oddities=shown,
        after=shown[-1].id if len(found) > PAGE else None,
        paged=bool(after),
        **_names(visit, shown),
    )


@pages.get("/points/oddities/<oddity_id>", Right.JUDGE_ODDITIES)
def show(visit: Visit, oddity_id: int) -> Response:
    """Show one of them, with the form to settle it."""
    found = oddities.one(visit.session, visit.reach, oddity_id)
    reads = visit.reach.covers(Right.AWARD_POINTS, found.path)
    own = visit.person_id in (found.verifier_id, found.person_id)
    facts = {"reads_points": reads, "own": own}
    return visit.show("points_oddities/show.html", one=found, **facts, **_names(visit, [found]))


@pages.post("/points/oddities/<oddity_id>", Right.JUDGE_ODDITIES, again=show)
def settle(visit: Visit, oddity_id: int) -> Response:
    """Put down that it is all right, or that something was done about it."""
    acted = keyed("state") == OddState.ACTED_ON
    state = OddState.ACTED_ON if acted else OddState.CLEARED
    oddities.settle(visit.session, visit.reach, oddity_id, state, keyed("note"), visit.now)
    return visit.go("points_oddities.list_oddities", "已记下。")


def _names(visit: Visit, found: list[OddityView]) -> dict[str, Any]:
    """Return the names of staff as they are, and of riders masked. One statement."""
    named = {each for one in found for each in (one.person_id, one.verifier_id, one.settled_by)}
    names = profile.names_of(visit.session, named, vault=visit.runtime.vault)
    return {"staff": names, "riders": {each: masked(name) for each, name in names.items()}}
