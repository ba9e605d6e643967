"""V10: hours that wait are chased, told to the street, and never lost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from server.areas import tree
from server.calendar import seeding
from server.notices.models import Notice, NoticeState
from server.people.models import Role
from server.staff import queue
from server.volunteers.hours import chasing, rosters
from server.volunteers.models import RecordState, ServiceRecord
from tests.factories import a_person
from tests.server.volunteers.records.acts import (
    a_past_shift,
    a_record,
    confirm,
    led_by,
    record_of,
    staff,
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.fixture
def waits(session, now):
    """A shift of the ninth of March with two records, and who leads it."""
    seeding.seed(session, 2026, now)
    shift, leader = a_past_shift(session, now), a_person(session, now)
    led_by(session, shift, leader)
    record = a_record(session, now, shift)
    a_record(session, now, shift)
    return shift, leader, record


def test_the_leader_is_reminded_on_the_fifth_and_the_eighth_working_day(session, waits, queued):
    leader = waits[1]
    told = {
        day: chasing.remind(session, local(f"2026-03-{day:02}T10:00"))
        for day in (*range(10, 25), 14, 16, 19)
    }

    assert {day for day, count in told.items() if count} == set()
    assert queued(session) == 2 * [("records.due", leader)]


def test_control_with_more_days_the_leader_would_be_told_more_often(
    session, waits, queued, monkeypatch
):
    monkeypatch.setattr(chasing, "TERMS", replace(chasing.TERMS, remind_days=(3, 5, 6, 8)))

    for day in range(10, 25):
        chasing.remind(session, local(f"2026-03-{day:02}T10:00"))

    assert len(queued(session)) > 2


@pytest.mark.parametrize(
    ("ran", "told"),
    [((13,), 0), ((14,), 0), ((16,), 1), ((17, 18), 1), ((16, 19), 2), ((20, 23), 1), ((24,), 0)],
)
def test_a_reminder_missed_is_made_good_once(session, waits, ran, told):
    days = [local(f"2026-03-{day}T10:00") for day in ran]

    assert sum(chasing.remind(session, day) for day in days) == told


def test_on_the_tenth_working_day_the_street_is_told(session, waits, queued, now):
    shift, _leader, record = waits
    operator = staff(session, now, Role.STREET_OPERATOR)
    assert record_of(session, record).due == date(2026, 3, 23)

    assert chasing.escalate(session, local("2026-03-20T09:30")) == 0
    assert chasing.escalate(session, local("2026-03-23T09:30")) == 2
    assert chasing.escalate(session, local("2026-03-24T09:30")) == 0

    assert queued(session) == [("records.escalated", operator.person_id)]
    assert record_of(session, record).state is RecordState.PENDING
    [task] = queue.tasks(session, operator, now)
    assert (task.kind, task.subject_id) == ("records", shift)
    assert task.due_at == local("2026-03-23T17:30")
    confirm(session, operator, shift, now)
    assert queue.tasks(session, operator, now) == []


def test_control_without_the_mark_the_street_would_be_told_daily(session, waits):
    assert chasing.escalate(session, local("2026-03-23T09:30")) == 2
    session.execute(update(ServiceRecord).values(escalated_at=None))

    assert chasing.escalate(session, local("2026-03-24T09:30")) == 2


def test_nobody_is_chased_on_a_free_day_or_once_all_is_confirmed(session, waits, now):
    assert chasing.escalate(session, local("2026-03-28T09:30")) == 0
    assert chasing.remind(session, local("2026-03-21T10:00")) == 0
    confirm(session, staff(session, now), waits[0], now)
    assert chasing.remind(session, local("2026-03-16T10:00")) == 0
    assert chasing.escalate(session, local("2026-03-23T09:30")) == 0


def test_where_a_street_has_no_operator_the_district_is_told(session, waits, queued, now):
    district = staff(session, now, Role.DISTRICT_OPERATOR)

    chasing.escalate(session, local("2026-03-23T09:30"))

    assert queued(session) == [("records.escalated", district.person_id)]


def test_the_list_of_what_waits_costs_one_statement(session, waits, now, statements):
    reach = staff(session, now)
    for _ in range(4):
        a_record(session, now)
    with statements() as seen:
        found = rosters.waiting(session, reach)

    assert len(seen) == 1
    assert [wait.people for wait in found] == [2, 1, 1, 1, 1]
    assert {wait.area for wait in found} == {tree.root(session).name}


def test_a_roster_costs_the_same_however_many_they_are(session, now, statements, runtime):
    reach = staff(session, now)
    counts = []
    for how_many in (1, 30):
        shift = a_past_shift(session, now)
        for _ in range(how_many):
            a_record(session, now, shift)
        with statements() as seen:
            roster = rosters.of(session, reach, shift, vault=runtime.vault)
        assert len(roster.lines) == how_many
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 4


def test_a_deadline_in_the_queue_ends_when_offices_close():
    assert rosters.closing(date(2026, 3, 23)) - local("2026-03-23T17:30") == timedelta()


def test_a_reminder_that_waits_for_the_morning_is_not_sent_once_all_is_confirmed(
    session, waits, now
):
    chasing.remind(session, local("2026-03-16T10:00"))
    [before] = session.scalars(select(Notice.state).where(Notice.kind == "records.due"))

    confirm(session, staff(session, now), waits[0], now)

    [after] = session.scalars(select(Notice.state).where(Notice.kind == "records.due"))
    assert (before, after) == (NoticeState.QUEUED, NoticeState.DROPPED)
