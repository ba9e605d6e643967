"""One's reminders: what is coming, putting one off, how long before, none at all."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Moment, Out
from server.notices import coming, oftenness, snoozing
from server.notices.snoozing import RemindersStopped
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Channel
from server.volunteers.signups import leads
from server.volunteers.signups.leads import LONGEST, SHORTEST

api = Api("reminders", __name__)

MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)


class ComingOut(Out):
    """A reminder that waits, and when it is told."""

    at: Moment
    title: str
    text: str


class RemindersOut(Out):
    """Whether one is told anything unasked, how long before a shift, and what is coming.

    `once`: of one thing one is reminded once at most, instead of twice.
    """

    model_config = exampled(
        {
            "on": True,
            "lead_minutes": 1440,
            "once": False,
            "coming": [
                {
                    "at": "2026-03-10T09:00:00+08:00",
                    "title": "活动提醒：社区图书角整理",
                    "text": "活动提醒：社区图书角整理\n时间：3月11日（周三）09:00",
                }
            ],
        }
    )

    on: bool
    lead_minutes: int
    once: bool
    coming: list[ComingOut]


class RemindersIn(Strict):
    """What to change; what is not named stays."""

    model_config = exampled({"on": True, "lead_minutes": 120, "once": False})

    on: bool | None = None
    lead_minutes: Annotated[int, Field(ge=SHORTEST // MINUTE, le=LONGEST // MINUTE)] | None = None
    once: bool | None = None


class SnoozeIn(Strict):
    """At which moment the last reminder is to come again, else in how many minutes, if told."""

    model_config = exampled({"minutes": 120})

    minutes: Annotated[int, Field(ge=5, le=7 * 24 * 60)] | None = None
    until: AwareDatetime | None = None


class SnoozedOut(Out):
    """When the reminder comes again, once; later than asked where people are left alone then."""

    model_config = exampled({"until": "2026-03-10T11:00:00+08:00", "things": 1})

    until: Moment
    things: int


@api.get("/me/reminders")
def reminders(call: Call) -> RemindersOut:
    """Tell what one will be reminded of, and when, and whether reminders are on."""
    return _shown(call)


@api.patch("/me/reminders")
def change(call: Call, body: RemindersIn) -> RemindersOut:
    """Stop reminders or let them come again, at once; choose how long before, and how often."""
    who = call.session, call.person_id, Purpose.NOTICES, call.now
    if body.on is True:
        consents.grant(*who, channel=Channel.MINIPROGRAM)
    elif body.on is False:
        consents.withdraw(*who, channel=Channel.MINIPROGRAM)
    if body.lead_minutes is not None:
        lead = body.lead_minutes * MINUTE
        leads.choose(call.session, call.person_id, lead, call.now, policy=call.runtime.policy)
    if body.once is not None:
        oftenness.choose(call.session, call.person_id, once=body.once)
    return _shown(call)


@api.post("/me/reminders/snooze", refuses=(*snoozing.REFUSALS, RemindersStopped))
def snooze(call: Call, body: SnoozeIn) -> SnoozedOut:
    """Let the last reminder come once more, in two hours unless told otherwise."""
    put_off = snoozing.snooze(
        call.session,
        call.person_id,
        _until(call.now, body),
        call.now,
        hours=call.runtime.settings.notices,
    )
    return SnoozedOut.model_validate(put_off)


def _until(now: datetime, body: SnoozeIn) -> datetime | None:
    if body.until is not None:
        # no reminder waits longer, and further moments may lie beyond what a calendar holds
        return min(body.until, now + WEEK)
    return None if body.minutes is None else now + body.minutes * MINUTE


def _shown(call: Call) -> RemindersOut:
    lead = leads.of(call.session, call.person_id, call.runtime.policy)
    soon = coming.of(call.session, call.person_id, call.now, hours=call.runtime.settings.notices)
    return RemindersOut(
        on=not consents.is_withdrawn(call.session, call.person_id, Purpose.NOTICES),
        lead_minutes=lead // MINUTE,
        once=oftenness.is_once(call.session, call.person_id),
        coming=[ComingOut.model_validate(each) for each in soon],
    )
