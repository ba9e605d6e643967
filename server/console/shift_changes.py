"""One shift in the hands of staff: another time, more places, somebody who asks for a place."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response

from config.wording import LOCAL
from server.console.activity_words import PROXIES
from server.console.forms.activities import YEARS, number
from server.console.pages import Pages, keyed
from server.console.visit import BadForm, Visit
from server.people import finding
from server.people.models import Channel
from server.staff.rights import Right
from server.volunteers.activities import capacity, inspection, moves
from server.volunteers.signups import absences, signups
from server.volunteers.stars.skills import NobodyFound

pages = Pages("shift_changes", __name__)

SHOW = "activities.show"


@pages.get("/shifts/<shift_id>/move", Right.MANAGE_ACTIVITIES)
def ask_move(visit: Visit, shift_id: int) -> Response:
    """Ask for another time."""
    return _show(visit, "move.html", shift_id, Right.MANAGE_ACTIVITIES)


@pages.post("/shifts/<shift_id>/move", Right.MANAGE_ACTIVITIES, again=ask_move)
def move(visit: Visit, shift_id: int) -> Response:
    """Give the shift another time and tell everybody."""
    starts_at, ends_at = _span()
    told = moves.reschedule(
        visit.session,
        visit.reach,
        shift_id,
        number(keyed("seen")) or 0,
        starts_at,
        ends_at,
        visit.now,
        policy=visit.runtime.policy,
    )
    return _back(visit, shift_id, f"时间已改，正在通知{told}人。")


@pages.get("/shifts/<shift_id>/capacity", Right.MANAGE_ACTIVITIES)
def ask_capacity(visit: Visit, shift_id: int) -> Response:
    """Ask for the number of places."""
    return _show(visit, "capacity.html", shift_id, Right.MANAGE_ACTIVITIES)


@pages.post("/shifts/<shift_id>/capacity", Right.MANAGE_ACTIVITIES, again=ask_capacity)
def change_capacity(visit: Visit, shift_id: int) -> Response:
    """Change the number of places; the line is offered what comes free."""
    places = number(keyed("places"))
    if not places or places > 100_000:
        raise BadForm
    offered = capacity.change(
        visit.session, visit.reach, shift_id, places, visit.now, policy=visit.runtime.policy
    )
    more = f"已通知候补的{offered}人来确认。" if offered else ""
    return _back(visit, shift_id, f"名额已改为{places}。{more}")


@pages.get("/shifts/<shift_id>/enter", Right.RECORD_ATTENDANCE)
def ask_enter(visit: Visit, shift_id: int) -> Response:
    """Ask who is to be signed up."""
    return _show(visit, "enter.html", shift_id, Right.RECORD_ATTENDANCE, proxies=PROXIES)


@pages.post("/shifts/<shift_id>/enter", Right.RECORD_ATTENDANCE, again=ask_enter)
def enter(visit: Visit, shift_id: int) -> Response:
    """Sign somebody up who asked to be, by phone, on paper or at the desk."""
    person_id = finding.by_word(visit.session, keyed("word"), vault=visit.runtime.vault)
    if person_id is None:
        raise NobodyFound
    channel = keyed("channel")
    if channel not in set(PROXIES):
        raise BadForm
    outcome = signups.enter(
        visit.session,
        visit.reach,
        person_id,
        shift_id,
        visit.now,
        channel=Channel(channel),
        policy=visit.runtime.policy,
        override_reason=keyed("override"),
    )
    stands = "已报名" if outcome.position is None else f"已排候补第{outcome.position}位"
    return _back(visit, shift_id, f"{stands}，会通知本人。")


@pages.get("/signups/<signup_id>/excuse", Right.CONFIRM_RECORDS)
def ask_excuse(visit: Visit, signup_id: int) -> Response:
    """Ask why a no-show is not to count."""
    missed = absences.one(visit.session, visit.reach, signup_id)
    return visit.show("activities/excuse.html", missed=missed)


@pages.post("/signups/<signup_id>/excuse", Right.CONFIRM_RECORDS, again=ask_excuse)
def excuse(visit: Visit, signup_id: int) -> Response:
    """Let a no-show count no longer."""
    missed = absences.one(visit.session, visit.reach, signup_id)
    absences.excuse(visit.session, visit.reach, signup_id, keyed("reason"), visit.now)
    return visit.go(SHOW, "已免记这次未到。", activity_id=missed.activity_id)


def _show(visit: Visit, template: str, shift_id: int, right: Right, **more: Any) -> Response:
    activity, area, shift = inspection.of_shift(visit.session, visit.reach, shift_id, right)
    return visit.show(f"activities/{template}", activity=activity, area=area, shift=shift, **more)


def _back(visit: Visit, shift_id: int, said: str) -> Response:
    activity, _, _ = inspection.of_shift(visit.session, visit.reach, shift_id, Right.SEE_ACTIVITIES)
    return visit.go(SHOW, said, activity_id=activity.id)


def _span() -> tuple[datetime, datetime]:
    """Read from when to when; an end before the start is on the next day."""
    try:
        day = date.fromisoformat(keyed("day"))
        begins, ends = (time.fromisoformat(keyed(name)) for name in ("begins", "ends"))
    except ValueError:
        raise BadForm from None
    if day.year not in YEARS or begins.tzinfo or ends.tzinfo:
        raise BadForm
    later = timedelta(days=1) if ends <= begins else timedelta()
    return datetime.combine(day, begins, LOCAL), datetime.combine(day + later, ends, LOCAL)
