"""The steps of an activity: submitted, opened, sent back, taken back, called off, put better."""

from flask import Response

from server.console.forms.activities import number
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.staff.rights import Right
from server.volunteers.activities import calling_off, inspection, moves, publishing, texts

pages = Pages("activity_steps", __name__)

SHOW = "activities.show"


@pages.post("/activities/<activity_id>/submit", Right.MANAGE_ACTIVITIES)
def submit(visit: Visit, activity_id: int) -> Response:
    """Hand a draft over for review."""
    publishing.submit(visit.session, visit.reach, activity_id, _seen(), visit.now)
    return visit.go(SHOW, "已提交审核，审核的同事会在待办里看到。", activity_id=activity_id)


@pages.post("/activities/<activity_id>/open", Right.MANAGE_ACTIVITIES)
def open_up(visit: Visit, activity_id: int) -> Response:
    """Open the activity for sign-up."""
    publishing.open_up(visit.session, visit.reach, activity_id, _seen(), visit.now)
    return visit.go(SHOW, "已开放报名。", activity_id=activity_id)


@pages.get("/activities/<activity_id>/send-back", Right.REVIEW_ACTIVITIES)
def ask_send_back(visit: Visit, activity_id: int) -> Response:
    """Ask why the activity goes back."""
    return _sheet(visit, "send_back.html", activity_id, Right.REVIEW_ACTIVITIES)


@pages.post("/activities/<activity_id>/send-back", Right.REVIEW_ACTIVITIES, again=ask_send_back)
def send_back(visit: Visit, activity_id: int) -> Response:
    """Send it back to whoever drafted it."""
    publishing.send_back(visit.session, visit.reach, activity_id, keyed("reason"), visit.now)
    return visit.go(SHOW, "已退回修改。", activity_id=activity_id)


@pages.post("/activities/<activity_id>/unpublish", Right.MANAGE_ACTIVITIES)
def unpublish(visit: Visit, activity_id: int) -> Response:
    """Take back what nobody signed up for."""
    publishing.unpublish(visit.session, visit.reach, activity_id, visit.now)
    return visit.go(SHOW, "已撤下，大家不再看到这个活动。", activity_id=activity_id)


@pages.get("/activities/<activity_id>/cancel", Right.MANAGE_ACTIVITIES)
def ask_cancel(visit: Visit, activity_id: int) -> Response:
    """Ask why the activity is called off, and tell how many will be told."""
    return _sheet(visit, "cancel.html", activity_id)


@pages.post("/activities/<activity_id>/cancel", Right.MANAGE_ACTIVITIES, again=ask_cancel)
def cancel(visit: Visit, activity_id: int) -> Response:
    """Call the activity off and tell everybody."""
    told = calling_off.call_off(visit.session, visit.reach, activity_id, keyed("reason"), visit.now)
    return visit.go(SHOW, f"已取消，正在通知{told}人。", activity_id=activity_id)


@pages.get("/activities/<activity_id>/words", Right.MANAGE_ACTIVITIES)
def words(visit: Visit, activity_id: int) -> Response:
    """Show the words of an open activity, to be put better."""
    return _sheet(visit, "words.html", activity_id)


@pages.post("/activities/<activity_id>/words", Right.MANAGE_ACTIVITIES, again=words)
def rewrite(visit: Visit, activity_id: int) -> Response:
    """Put them better."""
    said = {name: keyed(name) for name in texts.CHANGEABLE}
    texts.rewrite(visit.session, visit.reach, activity_id, _seen(), said, visit.now)
    return visit.go(SHOW, "已保存。", activity_id=activity_id)


@pages.get("/activities/<activity_id>/place", Right.MANAGE_ACTIVITIES)
def place(visit: Visit, activity_id: int) -> Response:
    """Ask for another place."""
    return _sheet(visit, "place.html", activity_id)


@pages.post("/activities/<activity_id>/place", Right.MANAGE_ACTIVITIES, again=place)
def relocate(visit: Visit, activity_id: int) -> Response:
    """Give the activity another place and tell everybody."""
    told = moves.relocate(
        visit.session,
        visit.reach,
        activity_id,
        _seen(),
        keyed("place"),
        visit.now,
        policy=visit.runtime.policy,
    )
    return visit.go(SHOW, f"地点已改，正在通知{told}人。", activity_id=activity_id)


def _sheet(
    visit: Visit, template: str, activity_id: int, right: Right = Right.MANAGE_ACTIVITIES
) -> Response:
    inspection.of(visit.session, visit.reach, activity_id, right)
    sheet = inspection.look(
        visit.session, visit.reach, activity_id, visit.now, vault=visit.runtime.vault
    )
    return visit.show(f"activities/{template}", sheet=sheet)


def _seen() -> int:
    """Return the version of the activity that the page showed."""
    return number(keyed("seen")) or 0
