"""稍后: the last reminder once more, as it stands by then, and never a third time (G8)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from config.notices import Notices
from config.wording import spell
from server.notices import coming, outbox, quiet, snoozing
from server.notices.models import Notice, NoticeState
from server.notices.snoozing import (
    ComesAgain,
    NothingToSnooze,
    RemindedTwice,
    RemindersStopped,
    Snoozed,
    SnoozedAlready,
    TooLateToSnooze,
)
from server.people import consents
from server.people.consents import Purpose
from server.volunteers.activities import calling_off
from server.volunteers.hours import chasing
from server.volunteers.models import Activity, Shift
from server.volunteers.signups import leads, reminders
from server.volunteers.signups.leads import BadLead
from tests.factories import POLICY, a_person, a_shift
from tests.server.volunteers.acts import cancel, sign_up
from tests.server.volunteers.records.acts import a_past_shift, a_record, confirm, led_by, staff

HOURS = Notices()
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def send(session, when, **more):
    """Note that all reminders that wait were sent, as delivery does."""
    session.execute(
        update(Notice)
        .where(Notice.obligation.is_not(None), Notice.state == NoticeState.QUEUED)
        .values(state=NoticeState.SENT, settled_at=when, channel="template", **more)
    )
    session.expire_all()


def snooze(session, person, now, until=None):
    return snoozing.snooze(session, person, until, now, hours=HOURS)


def again(session, person):
    session.expire_all()
    found = select(Notice).where(Notice.person_id == person, Notice.key.endswith(":again"))
    return session.scalars(found).all()


@pytest.fixture
def reminded(session, now):
    """Somebody reminded an hour ago of a shift in 23 hours, and the moment it is."""
    person, shift = a_person(session, now), a_shift(session, now)
    sign_up(session, person, shift, now)
    send(session, now + DAY)
    return person, shift, now + 25 * HOUR


def test_the_last_reminder_comes_once_more_two_hours_later(session, reminded):
    person, _shift, now = reminded

    assert snooze(session, person, now) == Snoozed(now + 2 * HOUR, 1)

    [notice] = again(session, person)
    assert (notice.state, notice.due_at) == (NoticeState.QUEUED, now + 2 * HOUR)
    assert notice.not_after == now + 23 * HOUR
    assert notice.obligation.startswith("signup:")
    assert notice.facts["how"] == "回复“停止提醒”不再提醒。", "for it cannot be put off again"


def test_it_is_put_off_once(session, reminded):
    person, _shift, now = reminded
    snooze(session, person, now)

    with pytest.raises(ComesAgain) as refused:
        snooze(session, person, now + HOUR)
    assert refused.value.facts["due"] == now + 2 * HOUR
    send(session, now + 2 * HOUR)
    with pytest.raises(SnoozedAlready):
        snooze(session, person, now + 3 * HOUR)


def test_control_without_that_rule_it_could_be_put_off_for_ever(session, reminded, monkeypatch):
    person, _shift, now = reminded
    monkeypatch.setattr(snoozing, "_is_once", lambda *_given: None)
    snooze(session, person, now)
    send(session, now + 2 * HOUR)

    assert snooze(session, person, now + 3 * HOUR)


def test_who_got_none_has_nothing_to_put_off(session, now, reminded):
    stranger = a_person(session, now)
    person, _shift, then = reminded

    with pytest.raises(NothingToSnooze):
        snooze(session, stranger, now)
    with pytest.raises(NothingToSnooze):
        snooze(session, person, then + 60 * HOUR)


def test_news_is_no_reminder(session, now):
    person = a_person(session, now)
    facts = {"number": 1, "title": "一", "starts_at": now}
    outbox.queue(session, person, "volunteers.cancelled", "k", now, facts)
    session.execute(update(Notice).values(state=NoticeState.SENT, settled_at=now))

    with pytest.raises(NothingToSnooze):
        snooze(session, person, now)


def test_it_never_comes_after_what_it_is_about(session, reminded):
    person, _shift, now = reminded

    with pytest.raises(TooLateToSnooze) as refused:
        snooze(session, person, now + 22 * HOUR)

    assert refused.value.facts["at"] == now + 23 * HOUR
    assert again(session, person) == []


def test_in_the_night_it_comes_in_the_morning_if_that_is_in_time(session, now):
    person = a_person(session, now)
    late, early = (a_shift(session, now, starts_in=each * HOUR) for each in (50, 46))
    evening = now + 36 * HOUR
    sign_up(session, person, late, now)
    send(session, now + 26 * HOUR)

    put_off = snooze(session, person, evening, evening + 2 * HOUR)

    morning = quiet.told_at(HOURS, quiet.Audience.RESIDENT, person, evening + 2 * HOUR)
    assert put_off.until == morning
    assert now + 47 * HOUR <= morning < now + 47 * HOUR + timedelta(minutes=20)
    other = a_person(session, now)
    sign_up(session, other, early, now)
    send(session, now + 26 * HOUR)
    with pytest.raises(TooLateToSnooze):
        snooze(session, other, evening, evening + 2 * HOUR)


def test_who_was_reminded_twice_gets_no_third(session, reminded):
    person, _shift, now = reminded
    first = session.scalars(select(Notice).where(Notice.person_id == person)).one()
    outbox.requeue(
        session,
        person,
        first.kind,
        "second",
        now,
        first.facts,
        now,
        first.not_after,
        anchor=first.anchor,
        obligation=first.obligation,
    )
    send(session, now)

    with pytest.raises(RemindedTwice):
        snooze(session, person, now + HOUR)


def test_who_stopped_reminders_is_told_so(session, reminded):
    person, _shift, now = reminded
    consents.withdraw(session, person, Purpose.NOTICES, now)

    with pytest.raises(RemindersStopped):
        snooze(session, person, now)


def test_nobody_is_reminded_again_of_a_place_given_back(session, reminded):
    person, shift, now = reminded
    cancel(session, person, shift, now)

    with pytest.raises(NothingToSnooze):
        snooze(session, person, now)


def test_what_was_put_off_dies_with_the_activity(session, reminded):
    person, shift, now = reminded
    snooze(session, person, now)

    calling_off.cancel(session, session.get_one(Shift, shift).activity_id, now)

    assert [notice.state for notice in again(session, person)] == [NoticeState.DROPPED]


def test_it_says_what_is_true_by_now(session, reminded):
    person, shift, now = reminded
    activity = session.get_one(Activity, session.get_one(Shift, shift).activity_id)
    activity.place = "广场北门"
    session.flush()

    snooze(session, person, now)

    assert again(session, person)[0].facts["place"] == "广场北门"


def test_control_without_asking_again_it_would_say_what_was_true(session, reminded, monkeypatch):
    person, shift, now = reminded
    monkeypatch.setattr(snoozing, "STILL", {})
    cancel(session, person, shift, now)

    assert snooze(session, person, now), "of a place that is no more"


def test_what_came_together_is_put_off_together(session, now):
    person = a_person(session, now)
    for title in ("甲", "乙"):
        shift = a_shift(
            session, now, title=title, starts_in=50 * HOUR if title == "甲" else 3 * DAY
        )
        sign_up(session, person, shift, now)
    first, second = session.scalars(select(Notice).order_by(Notice.id)).all()
    send(session, now + 26 * HOUR)
    second.digest_id, second.channel = first.id, "digest"
    session.flush()

    assert snooze(session, person, now + 27 * HOUR).things == 2
    assert [notice.facts["title"] for notice in again(session, person)] == ["甲", "乙"]


def test_hours_that_wait_are_put_off_too_until_they_are_confirmed(session, now):
    shift, leader = a_past_shift(session, now), a_person(session, now)
    led_by(session, shift, leader)
    a_record(session, now, shift)
    later = now + 7 * DAY
    assert chasing.remind(session, later)
    send(session, later)

    assert snooze(session, leader, later).things == 1
    confirm(session, staff(session, now), shift, later)

    assert [notice.state for notice in again(session, leader)] == [NoticeState.DROPPED]


def test_what_is_coming_is_told_with_its_time(session, now, statements):
    person = a_person(session, now)
    for title, after in (("后天", 2 * DAY), ("五天后", 5 * DAY), ("今天", 20 * HOUR)):
        sign_up(session, person, a_shift(session, now, title=title, starts_in=after), now)

    with statements() as seen:
        soon = coming.of(session, person, now, hours=HOURS)

    assert [each.at for each in soon] == [now + DAY, now + 4 * DAY]
    assert soon[0].title == "活动提醒：后天"
    assert spell(now + 2 * DAY) in soon[0].text
    # one of them asks a work that is not there in every program
    assert len(seen) <= 3


def test_somebody_may_choose_how_long_before(session, now):
    person = a_person(session, now)
    far, near = (a_shift(session, now, starts_in=after) for after in (3 * DAY, 26 * HOUR))
    for shift in (far, near):
        sign_up(session, person, shift, now)

    leads.choose(session, person, 2 * DAY, now, policy=POLICY)

    due = session.scalars(select(Notice.due_at).order_by(Notice.id)).all()
    assert due == [now + DAY, now + 2 * HOUR], "what would have been reminded of before now stays"
    assert leads.of(session, person, POLICY) == 2 * DAY
    leads.choose(session, person, 2 * HOUR, now, policy=POLICY)
    due = session.scalars(select(Notice.due_at).order_by(Notice.id)).all()
    assert due == [now + 3 * DAY - 2 * HOUR, now + DAY]


@pytest.mark.parametrize("lead", [timedelta(minutes=29), 8 * DAY])
def test_a_lead_makes_sense(session, now, lead):
    with pytest.raises(BadLead):
        leads.choose(session, a_person(session, now), lead, now, policy=POLICY)


def test_what_would_be_told_in_the_night_and_then_too_late_is_told_the_evening_before(session, now):
    person = a_person(session, now)
    leads.choose(session, person, 2 * HOUR, now, policy=POLICY)
    at_eight = a_shift(session, now, starts_in=47 * HOUR)

    sign_up(session, person, at_eight, now)

    [notice] = session.scalars(select(Notice).where(Notice.kind == reminders.KIND)).all()
    assert notice.due_at == now + 36 * HOUR, "at nine in the evening"


def test_control_it_is_only_then(session, now):
    person = a_person(session, now)
    leads.choose(session, person, 2 * HOUR, now, policy=POLICY)

    sign_up(session, person, a_shift(session, now), now)

    [notice] = session.scalars(select(Notice).where(Notice.kind == reminders.KIND)).all()
    assert notice.due_at == now + 46 * HOUR
