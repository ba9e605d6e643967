"""The first page: what is to be done, what is due soonest in front."""

from typing import Any

from flask import Response, current_app, redirect, url_for

from server.console.navigation import navigation
from server.console.pages import Pages
from server.console.visit import Visit
from server.staff import queue
from server.staff.queue import Task
from server.staff.rights import Right

pages = Pages("start", __name__)


HREFS: dict[str, str] = {
    "activity.review": "activities.show",
    "hazard": "hazards.show",
    "hazard_unit": "hazard_units.show",
    "need": "needs.show",
    "oddity": "oddities.show",
    "party.need": "party_needs.list_needs",
    "party.review": "party_reviews.list_members",
    "party.accept": "party.list_members?due=accept",
    "party.broken": "party.list_members?due=broken",
    "party.report": "party.list_members?due=report",
    "party.touch": "party.list_members?due=touch",
    "star": "stars.show",
}
"""On which page a kind of task is done: an endpoint such as `needs.show` that takes one id.

What stands behind a `?` goes along: which lines of a list are meant.
"""


@pages.get("/")
def show(visit: Visit) -> Response:
    """Show what waits for this person's posts; whoever has no queue begins elsewhere."""
    if not visit.reach.may(Right.SEE_QUEUE):
        return _elsewhere(visit)
    tasks = queue.tasks(visit.session, visit.reach, visit.now)
    return visit.show(
        "start/queue.html",
        tasks=[(task, href_of(task)) for task in tasks],
        late=sum(1 for task in tasks if task.due_at and task.due_at < visit.now),
        most=queue.MOST,
    )


def href_of(task: Task) -> str | None:
    """Return the address of the page on which a task is done."""
    known = HREFS.get(task.kind)
    if known is None:
        return None
    endpoint, _mark, which = known.partition("?")
    [rule] = current_app.url_map.iter_rules(f"console.{endpoint}")
    path: dict[str, Any] = dict.fromkeys(rule.arguments, task.subject_id)
    address = url_for(f"console.{endpoint}", **path)
    return f"{address}?{which}" if which else address


def _elsewhere(visit: Visit) -> Response:
    lines = navigation(visit.reach)
    if lines:
        return redirect(lines[0].href, 303)  # type: ignore[return-value]
    return visit.show("start/nothing.html")
