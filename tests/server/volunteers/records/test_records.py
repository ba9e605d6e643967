"""A presence becomes one pending record, within the shift, the day and the other service."""

from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from server.calendar import seeding
from server.people.models import Channel
from server.volunteers.hours import records, room
from server.volunteers.hours.minutes import MOST_A_DAY
from server.volunteers.models import RecordState, RecordVersion, Route, ServiceRecord, Shift, Source
from tests.factories import a_person
from tests.server.volunteers.records.acts import (
    HOUR,
    a_past_shift,
    a_presence,
    a_record,
    record_of,
    story,
)


@pytest.fixture
def now(clock):
    """Nine in the evening: the day has room for many shifts."""
    return clock.advance(hours=12)


def test_a_presence_becomes_a_pending_record_with_a_deadline(session, now):
    seeding.seed(session, 2026, now)
    shift = a_past_shift(session, now, ago=3)
    person = a_person(session, now)
    present = a_presence(session, person, shift, late=timedelta(minutes=10))

    record = record_of(session, records.from_attendance(session, present, now))

    assert (record.person_id, record.shift_id, record.minutes) == (person, shift, 120)
    assert (record.state, record.source) == (RecordState.PENDING, Source.ATTENDANCE)
    assert (record.day, record.due) == (date(2026, 3, 9), date(2026, 3, 23))
    assert story(session, record.id) == [(1, "pending", 120)]
    assert session.get_one(Shift, shift).record_due == record.due
    assert records.totals(session, person) == (0, 120)


def test_the_same_presence_makes_one_record(session, now):
    shift = a_past_shift(session, now)
    present = a_presence(session, a_person(session, now), shift)

    first = records.from_attendance(session, present, now)
    again = records.from_attendance(session, present, now + HOUR)

    assert first == again
    assert session.scalar(select(func.count()).select_from(RecordVersion)) == 1


def test_a_presence_that_goes_on_has_no_record(session, now):
    shift = a_past_shift(session, now)
    present = a_presence(session, a_person(session, now), shift, out_at=None)

    with pytest.raises(ValueError, match="open"):
        records.from_attendance(session, present, now)


def test_void_hours_do_not_come_back_by_a_repetition(session, now):
    shift = a_past_shift(session, now)
    present = a_presence(session, a_person(session, now), shift)
    first = records.from_attendance(session, present, now)
    record_of(session, first).state = RecordState.VOID
    session.flush()

    assert records.from_attendance(session, present, now) == first


def test_a_record_says_on_what_it_rests(session, now):
    leader = a_person(session, now)
    on_paper = a_record(session, now, in_route=Route.PAPER, out_by=leader)
    forgotten = a_record(session, now, out_route=Route.SCHEDULE)
    roster = a_record(session, now, out_route=Route.ROSTER, in_by=leader)

    versions = {
        row.record_id: (row.made_by, row.channel, row.reason)
        for row in session.scalars(select(RecordVersion))
    }
    assert record_of(session, on_paper).source is Source.PAPER
    assert versions[on_paper] == (leader, Channel.PAPER, "按签到、签退时间记录")
    assert versions[forgotten] == (None, Channel.CHAT, "没有签退，按班次结束时间记录，请核对")
    assert versions[roster] == (leader, Channel.CONSOLE, "按签到、签退时间记录")


def test_the_same_minute_of_two_shifts_counts_once(session, now):
    person = a_person(session, now)
    first, second = a_past_shift(session, now, ago=5), a_past_shift(session, now, ago=4)

    counted = [
        record_of(session, a_record(session, now, shift, person=person)).minutes
        for shift in (first, second)
    ]

    assert counted == [120, 60]


def test_a_day_holds_eight_hours(session, now):
    person = a_person(session, now)
    shifts = [a_past_shift(session, now, ago=hours) for hours in (12, 10, 8, 6, 4)]

    made = [a_record(session, now, shift, person=person) for shift in shifts]

    assert [record_of(session, record).minutes for record in made] == [120, 120, 120, 120, 0]
    assert records.totals(session, person).pending == MOST_A_DAY


@pytest.fixture
def nearly_full(db, now):
    """Somebody with six hours of a day, and two presences of two hours that are about to close."""
    with db.transaction() as session:
        person = a_person(session, now)
        shifts = [a_past_shift(session, now, ago=ago) for ago in (12, 10, 8, 6, 4)]
        for shift in shifts[:3]:
            a_record(session, now, shift, person=person)
        return person, [a_presence(session, person, shift) for shift in shifts[3:]]


def close_at_once(race, db, now, nearly_full):
    """Close both at once and return the minutes of the day."""
    person, presences = nearly_full
    race(
        [
            lambda session, present=present: records.from_attendance(session, present, now)
            for present in presences
        ]
    )
    with db.reading() as session:
        return session.scalar(
            select(func.sum(ServiceRecord.minutes)).where(ServiceRecord.person_id == person)
        )


def test_two_shifts_that_close_at_once_keep_the_day(race, db, now, nearly_full):
    assert close_at_once(race, db, now, nearly_full) == MOST_A_DAY


def test_without_the_lock_the_day_would_overflow(race, db, now, nearly_full, monkeypatch):
    if db.is_sqlite:
        pytest.skip("SQLite has one writer at a time: its write transaction is the lock")
    monkeypatch.setattr(records.identities, "hold", lambda _session, _person: None)
    both, read = Barrier(2), room.of

    def at_the_same_time(*told, **more):
        free = read(*told, **more)
        both.wait(20)
        return free

    monkeypatch.setattr(room, "of", at_the_same_time)

    assert close_at_once(race, db, now, nearly_full) > MOST_A_DAY


def test_one_presence_closed_many_times_at_once_makes_one_record(race, db, now):
    with db.transaction() as session:
        present = a_presence(session, a_person(session, now), a_past_shift(session, now))

    made = race([lambda session: records.from_attendance(session, present, now)] * 8)

    assert len(set(made)) == 1
