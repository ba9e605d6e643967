"""The first page: what is to be done, what is due soonest in front."""

from flask import Response

from server.console.pages import Pages
from server.console.visit import Visit
from server.staff import queue
from server.staff.rights import Right

pages = Pages("start", __name__)

MENU = (("待办", "start.show", "list", Right.SEE_QUEUE),)

HREFS: dict[str, str] = {"star": "stars.show"}
"""On which page a kind of task is done: the endpoint, which takes the id as `subject_id`."""


@pages.get("/")
def show(visit: Visit) -> Response:
    """Show what waits for this person's posts."""
    tasks = queue.tasks(visit.session, visit.reach, visit.now)
    return visit.show("start.html", tasks=tasks, hrefs=HREFS)
