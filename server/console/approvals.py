"""What waits for this person's consent: they allow it, or turn it down with a reason."""

from flask import Response

from server.console.pages import Pages, keyed
from server.console.start import HREFS
from server.console.visit import Visit
from server.people import profile
from server.staff import approval_tasks, approvals, open_questions
from server.staff.rights import APPROVING

pages = Pages("approvals", __name__)

HREFS[approval_tasks.KIND] = "approvals.show"

LINKS: dict[str, tuple[str, str]] = {}
"""Where the subject of a kind of question is shown: the endpoint, and the fact that names it."""

LABELS: dict[str, str] = {}
"""What the link to the subject says, where it is not about whom."""


@pages.get("/approvals", APPROVING)
def show(visit: Visit) -> Response:
    """List what waits, what lapses first in front."""
    session, found = visit.session, open_questions.waiting(visit.session, visit.reach, visit.now)
    asked_by = (approval.asked_by for approval, _area in found)
    return visit.show(
        "approvals/list.html",
        waiting=found,
        told=open_questions.told(session, (approval for approval, _area in found)),
        names=profile.names_of(session, asked_by, vault=visit.runtime.vault),
        links=LINKS,
        labels=LABELS,
    )


@pages.post("/approvals/<approval_id>/grant", APPROVING, again=show, proof=True)
def grant(visit: Visit, approval_id: int) -> Response:
    """Allow it; what was asked for is done at once."""
    approvals.grant(visit.session, visit.reach, approval_id, visit.now)
    return visit.go("approvals.show", "已批准，马上生效。")


@pages.post("/approvals/<approval_id>/decline", APPROVING, again=show)
def decline(visit: Visit, approval_id: int) -> Response:
    """Turn it down with a reason."""
    approvals.decline(visit.session, visit.reach, approval_id, keyed("note"), visit.now)
    return visit.go("approvals.show", "已退回。")
