"""Keying in what a paper list, a telephone call or a leader without network says."""

from datetime import UTC, datetime, time

from flask import Response

from config.wording import LOCAL
from server.console.attendance import is_id, means
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people.models import Channel
from server.staff.rights import Right
from server.volunteers.attendance import leading, paper, roster
from server.volunteers.attendance.leading import Led
from server.volunteers.attendance.paper import Sheet
from server.volunteers.attendance.refusals import BadTimes

pages = Pages("paper", __name__)

CHANNELS = ((Channel.PAPER, "纸质签到表"), (Channel.PHONE, "电话或口头告知"))


@pages.get("/shifts/<shift_id>/paper", Right.RECORD_ATTENDANCE)
def show(visit: Visit, shift_id: int) -> Response:
    """Show the form for one line of the list."""
    found = roster.of(visit.session, visit.reach, shift_id, vault=visit.runtime.vault)
    missing = [entry for entry in found.entries if entry.in_at is None and not entry.is_me]
    return visit.show("attendance/paper.html", led=found.led, missing=missing, channels=CHANNELS)


@pages.post("/shifts/<shift_id>/paper", Right.RECORD_ATTENDANCE, again=show)
def enter(visit: Visit, shift_id: int) -> Response:
    """Take one line of the list down."""
    led = leading.led(visit.session, visit.reach, shift_id)
    chosen = keyed("signup")
    who = int(chosen) if is_id(chosen) else keyed("who")
    channel = Channel.PHONE if keyed("channel") == Channel.PHONE else Channel.PAPER
    sheet = Sheet(_moment(led, "in_at"), _moment(led, "out_at"), keyed("evidence"), channel)
    paper.enter(visit.session, visit.reach, shift_id, who, sheet, visit.now, means(visit))
    return visit.go("paper.show", "已记下，可以接着录下一个人。", shift_id=shift_id)


def _moment(led: Led, name: str) -> datetime:
    """Read a local time of day on the day of the shift; after midnight it is the next."""
    try:
        told = time.fromisoformat(keyed(name)).replace(tzinfo=None)
    except ValueError:
        raise BadTimes(starts_at=led.starts_at, ends_at=led.ends_at) from None
    first, last = led.starts_at.astimezone(LOCAL), led.ends_at.astimezone(LOCAL)
    day = last.date() if told < first.time() and last.date() > first.date() else first.date()
    return datetime.combine(day, told, LOCAL).astimezone(UTC)
