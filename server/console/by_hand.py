"""Hours that no presence shows: entered with evidence, allowed by a second person."""

import re
from datetime import datetime

from flask import Response

from config.wording import LOCAL
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people.models import Channel
from server.staff.rights import Right
from server.volunteers.hours import by_hand, rosters
from server.volunteers.hours.by_hand import Entry
from server.volunteers.hours.minutes import Span
from server.volunteers.hours.refusals import TimesNeeded

pages = Pages("by_hand", __name__)

WAYS = (("console", "当面"), ("phone", "电话"), ("paper", "纸质签到表"))
_MOMENT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", re.ASCII)


@pages.get("/records/shifts/<shift_id>/by-hand", Right.ENTER_HOURS)
def show(visit: Visit, shift_id: int) -> Response:
    """Show the form, with those who signed up and have no hours."""
    vault = visit.runtime.vault
    found = rosters.of(visit.session, visit.reach, shift_id, vault=vault)
    visit.reach.require(Right.ENTER_HOURS, found.shift.path)
    return visit.show("records/by_hand.html", roster=found, ways=WAYS, local=LOCAL)


@pages.post("/records/shifts/<shift_id>/by-hand", Right.ENTER_HOURS, again=show)
def enter(visit: Visit, shift_id: int) -> Response:
    """Propose the hours; a second person allows them."""
    who = by_hand.beneficiary(visit.session, shift_id, keyed("signup"), keyed("volunteer_no"))
    entry = Entry(
        person_id=who.person_id,
        signup_id=who.signup_id,
        shift_id=shift_id,
        span=Span(_moment("starts_at"), _moment("ends_at")),
        reason=keyed("reason"),
        evidence=keyed("evidence"),
        channel=_channel(),
    )
    by_hand.enter_by_hand(visit.session, visit.reach, entry, visit.now)
    return visit.go("records.roster", "已提交，等另一位同事批准。", shift_id=shift_id)


def _moment(name: str) -> datetime:
    """Read a local moment as a browser sends it, or refuse."""
    text = keyed(name)
    if not _MOMENT.fullmatch(text):
        raise TimesNeeded
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LOCAL)
    except ValueError:
        raise TimesNeeded from None


def _channel() -> Channel:
    told = keyed("channel")
    return Channel(told) if told in dict(WAYS) else Channel.CONSOLE
