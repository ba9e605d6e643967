"""What a second person must allow: read, then allowed or turned down."""

from typing import Any

from flask import Response

from server.console import start
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people import profile
from server.staff import approvals
from server.staff import pending as pending
from server.staff.rights import Right

pages = Pages("approvals", __name__)

MENU = (("待批准", "approvals.list_waiting", "checklist", Right.SEE_QUEUE),)

start.HREFS["approval"] = "approvals.show"

KINDS = {
    "post.appointed": "设岗位",
    "posts.imported": "导入岗位表",
}
"""What a kind of question is called; whoever adds one adds its words."""


@pages.get("/approvals")
def list_waiting(visit: Visit) -> Response:
    """Show what waits for this person's word."""
    found = approvals.waiting(visit.session, visit.reach, visit.now)
    return visit.show("approvals/list.html", approvals=found, kinds=KINDS)


@pages.get("/approvals/<approval_id>")
def show(visit: Visit, approval_id: int) -> Response:
    """Show one question: what is asked for, by whom, and why."""
    approval = approvals.one(visit.session, visit.reach, approval_id)
    asker = profile.name_of(visit.session, approval.asked_by, vault=visit.runtime.vault)
    own = approval.asked_by == visit.person_id
    facts: dict[str, Any] = {"asker": asker, "own": own, "kinds": KINDS}
    return visit.show("approvals/show.html", approval=approval, **facts)


@pages.post("/approvals/<approval_id>/grant", again=show, proof=True)
def grant(visit: Visit, approval_id: int) -> Response:
    """Allow it; it is done in the same stroke."""
    approvals.grant(visit.session, visit.reach, approval_id, visit.now)
    return visit.go("approvals.list_waiting", "已批准，已经生效。")


@pages.post("/approvals/<approval_id>/decline", again=show)
def decline(visit: Visit, approval_id: int) -> Response:
    """Turn it down, with a reason."""
    approvals.decline(visit.session, visit.reach, approval_id, keyed("note"), visit.now)
    return visit.go("approvals.list_waiting", "已驳回。")
