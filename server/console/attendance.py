"""Who is there: the shifts of these days, their rosters, and what is marked upon them."""

from collections.abc import Sequence

from flask import Response, flash, request

from config.wording import say
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.staff.rights import Right
from server.statuses import NothingHere
from server.volunteers.attendance import leading, letting_in, marking, roster
from server.volunteers.attendance.codes import Direction
from server.volunteers.attendance.marking import MOST, Did, Mark, Marked
from server.volunteers.attendance.presence import Means

pages = Pages("attendance", __name__)

ALL = {"all_whole": Did.WHOLE, "all_left": Did.LEFT}


@pages.get("/shifts", Right.RECORD_ATTENDANCE)
def list_shifts(visit: Visit) -> Response:
    """List the shifts from yesterday to tomorrow."""
    found = leading.around(visit.session, visit.reach, visit.now)
    return visit.show("attendance/list.html", shifts=found)


@pages.get("/shifts/<shift_id>/screen", Right.RECORD_ATTENDANCE)
def open_screen(visit: Visit, shift_id: int) -> Response:
    """Open the code screen, which stays open on any device until the shift is over."""
    led = leading.led(visit.session, visit.reach, shift_id)
    ticket = leading.ticket(led, visit.person_id, visit.runtime.vault)
    return visit.go("screen.show", ticket=ticket)


@pages.get("/shifts/<shift_id>/roster", Right.RECORD_ATTENDANCE)
def show_roster(visit: Visit, shift_id: int) -> Response:
    """Show who is expected and who is there."""
    found = roster.of(visit.session, visit.reach, shift_id, vault=visit.runtime.vault)
    return visit.show("attendance/roster.html", roster=found, led=found.led)


@pages.post("/shifts/<shift_id>/roster", Right.RECORD_ATTENDANCE, again=show_roster)
def mark(visit: Visit, shift_id: int) -> Response:
    """Take down the same of the people ticked, or of everybody but them."""
    who = visit.session, visit.reach, shift_id
    ticked = [int(text) for text in request.form.getlist("signup")[:MOST] if is_id(text)]
    did = keyed("did")
    if did in ALL:
        marked = marking.mark_all(*who, ALL[did], set(ticked), visit.now, visit.runtime.policy)
    elif did in set(Did):
        marks = [Mark(signup_id, Did(did)) for signup_id in ticked]
        marked = marking.mark(*who, marks, visit.now, visit.runtime.policy)
    else:
        raise NothingHere
    _say(marked)
    return visit.go("attendance.show_roster", shift_id=shift_id)


@pages.post("/shifts/<shift_id>/people", Right.RECORD_ATTENDANCE, again=show_roster)
def let_in(visit: Visit, shift_id: int) -> Response:
    """Take in somebody by their one-time code, phone or number; with a place or without."""
    way = Direction.OUT if keyed("direction") == Direction.OUT else Direction.IN
    letting_in.let_in(
        visit.session, visit.reach, shift_id, keyed("who"), way, visit.now, means(visit)
    )
    return visit.go("attendance.show_roster", "已记下。", shift_id=shift_id)


@pages.post(
    "/shifts/<shift_id>/roster/<signup_id>/recheck", Right.RECORD_ATTENDANCE, again=show_roster
)
def recheck(visit: Visit, shift_id: int, signup_id: int) -> Response:
    """Note whether the leader saw this person when asked to look again."""
    seen = keyed("seen") == "yes"
    roster.recheck(visit.session, visit.reach, shift_id, signup_id, seen, visit.now)
    return visit.go("attendance.show_roster", "已记下，谢谢。", shift_id=shift_id)


def means(visit: Visit) -> Means:
    """Return what taking presence down leans on."""
    runtime = visit.runtime
    return Means(runtime.vault, runtime.limits, runtime.policy)


def _say(marked: Sequence[Marked]) -> None:
    failed = [one.refusal for one in marked if one.refusal]
    if len(marked) > len(failed):
        flash(f"已记下{len(marked) - len(failed)}人。", "success")
    if failed:
        reason = say(failed[0].code, **failed[0].facts)
        flash(f"{len(failed)}人没记上：{reason}", "warning")
    if not marked:
        flash("没有选中要记的人。", "warning")


def is_id(text: str) -> bool:
    """Tell whether a text could be an id."""
    return text.isascii() and text.isdigit() and len(text) <= 18
