from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from config.wording import LOCAL
from server.areas import tree
from server.calendar.models import CalendarDay, DaySource
from server.people import posts
from server.people.models import Post
from server.volunteers.activities import drafts, making, repetition, templates
from server.volunteers.activities.templates import Repeats
from server.volunteers.models import Activity, ActivityState, Risk, Shift
from server.volunteers.refusals import BadRule
from tests.factories import POLICY
from tests.server.volunteers.staff import a_reach

SATURDAYS = Repeats("FREQ=WEEKLY;BYDAY=SA", date(2026, 3, 14))


def saved(session, reach, now, repeats=SATURDAYS, **more):
    starts_at = datetime(2026, 3, 14, 9, tzinfo=LOCAL)
    given = {
        "title": "周末巡逻",
        "area_code": tree.root(session).code,
        "place": "示例广场",
        "leader_name": "示例·王芳",
        "risk_note": "结伴同行。",
        "times": (drafts.Time(starts_at, starts_at + timedelta(hours=2), 8),),
    }
    return templates.save(session, reach, "巡逻", drafts.Draft(**given | more), repeats, now)


def days(session):
    starts = session.scalars(select(Shift.starts_at).order_by(Shift.starts_at))
    return [f"{each.astimezone(LOCAL):%m-%d %H:%M}" for each in starts]


def test_four_weeks_are_made_once_and_then_a_day_at_a_time(session, now):
    saved(session, a_reach(session, now), now)

    made = [making.make_due(session, now, POLICY) for _ in range(2)]
    next_week = making.make_due(session, now + timedelta(days=7), POLICY)

    assert (made, next_week) == ([4, 0], 1)
    assert days(session) == [
        f"{day} 09:00" for day in ("03-14", "03-21", "03-28", "04-04", "04-11")
    ]
    assert set(session.scalars(select(Activity.state))) == {ActivityState.OPEN}


def test_control_without_its_claim_a_day_is_made_twice(session, now):
    template = saved(session, a_reach(session, now), now)
    making.make_due(session, now, POLICY)

    session.get_one(templates.ActivityTemplate, template).made_until = None
    session.flush()
    making.make_due(session, now, POLICY)

    assert len(days(session)) == 8


def test_a_paused_template_makes_nothing_and_holidays_are_left_out(session, now):
    worker = a_reach(session, now)
    template = saved(session, worker, now, Repeats(SATURDAYS.rule, SATURDAYS.first_day, True))
    row = {"name": "清明节", "source": DaySource.DISTRICT, "changed_at": now}
    session.add(CalendarDay(day=date(2026, 4, 4), is_workday=False, **row))

    for _ in range(2):
        templates.switch(session, worker, template, False, now)
    paused = making.make_due(session, now, POLICY)
    templates.switch(session, worker, template, True, now)

    assert (paused, making.make_due(session, now, POLICY)) == (0, 3)


def test_risky_work_and_an_author_who_left_wait_for_review(session, now):
    worker = a_reach(session, now)
    saved(session, worker, now, risk=Risk.HIGH, insurance_ref="示例-1")
    making.make_due(session, now, POLICY)
    assert set(session.scalars(select(Activity.state))) == {ActivityState.REVIEW}

    saved(session, worker, now)
    posts.resign(session, session.scalars(select(Post.id)).one(), now)
    making.make_due(session, now + timedelta(seconds=1), POLICY)

    assert set(session.scalars(select(Activity.state))) == {ActivityState.REVIEW}


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYHOUR=1,2",
        "FREQ=WEEKLY;BYDAY=",
        "甲",
        "FREQ=DAILY\nX:1",
        "",
        "FREQ=WEEKLY;BYDAY=" + "MO," * 60 + "MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=DAILY;COUNT=0",
    ],
)
@pytest.mark.once
def test_a_rule_that_cannot_be_kept_is_turned_down(rule):
    with pytest.raises(BadRule):
        repetition.check(rule, date(2026, 3, 14))


@pytest.mark.once
def test_days_are_local_and_both_ends_count():
    found = repetition.days(
        "FREQ=MONTHLY;BYDAY=1MO", date(2026, 1, 5), date(2026, 3, 2), date(2026, 4, 6)
    )

    assert found == [date(2026, 3, 2), date(2026, 4, 6)]
