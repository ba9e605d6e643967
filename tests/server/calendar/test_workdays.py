"""Deadlines count the days that are worked here, holidays and moved weekends included."""

import logging
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select

from server.audit.models import AuditEntry
from server.calendar import seeding, workdays
from server.calendar.models import CalendarDay, DaySource
from server.db import Database
from tests.factories import a_person


@pytest.fixture
def calendar(session, clock):
    """The years that are announced."""
    for year in (2025, 2026):
        seeding.seed(session, year, clock.now())
    return session


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "due"),
    [(date(2025, 9, 28), date(2025, 10, 17)), (date(2026, 2, 13), date(2026, 3, 5))],
)
def test_ten_working_days_pass_over_the_long_holidays(calendar, day, due):
    assert workdays.add(calendar, day, 10) == due
    assert workdays.between(calendar, day, due) == 10


def test_the_same_deadline_without_a_calendar_is_another_one(session):
    assert workdays.add(session, date(2025, 9, 28), 10) == date(2025, 10, 10)


@pytest.mark.parametrize(
    ("before", "due", "count"),
    [
        (date(2025, 12, 11), date(2026, 1, 10), 20),
        (date(2026, 3, 11), date(2026, 4, 10), 21),
        (date(2026, 6, 10), date(2026, 7, 10), 21),
        (date(2026, 9, 10), date(2026, 10, 10), 17),
    ],
)
def test_the_windows_of_a_quarter_hold_so_many_working_days(calendar, before, due, count):
    # from twenty days before the quarter ends until the tenth of the next month, both counted
    assert workdays.between(calendar, before, due) == count


def test_a_weekend_may_be_worked_and_a_weekday_free(calendar):
    assert workdays.is_workday(calendar, date(2026, 2, 28))
    assert not workdays.is_workday(calendar, date(2026, 2, 17))
    assert workdays.is_workday(calendar, date(2031, 3, 3))
    assert not workdays.is_workday(calendar, date(2031, 3, 2))


def test_no_days_later_is_the_same_day(calendar):
    assert workdays.add(calendar, date(2026, 2, 17), 0) == date(2026, 2, 17)
    assert workdays.between(calendar, date(2026, 3, 5), date(2026, 2, 1)) == 0
    with pytest.raises(ValueError, match="forward"):
        workdays.add(calendar, date(2026, 2, 17), -1)


@pytest.mark.parametrize(
    ("moment", "hours", "over"),
    [
        ("2026-03-09T09:00", 4, "2026-03-09T13:00"),
        ("2026-03-09T16:30", 4, "2026-03-10T12:00"),
        ("2026-03-09T03:00", 4, "2026-03-09T13:00"),
        ("2026-03-13T18:00", 8.5, "2026-03-16T17:30"),
        ("2026-02-14T17:00", 1, "2026-02-24T09:30"),
        ("2026-03-09T09:00", 42.5, "2026-03-13T17:30"),
        ("2026-03-09T22:00", 0, "2026-03-10T09:00"),
    ],
)
def test_working_hours_pass_only_while_people_work(calendar, moment, hours, over):
    assert workdays.add_hours(calendar, local(moment), hours) == local(over)


def test_a_deadline_costs_one_statement(calendar, db):
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))

    workdays.add(calendar, date(2026, 2, 13), 10)
    assert len(seen) == 1
    workdays.add_hours(calendar, local("2026-02-13T09:00"), 40)
    assert len(seen) == 2


def test_what_the_district_says_outlasts_every_seeding(calendar, clock):
    workdays.set_day(calendar, None, date(2026, 10, 1), True, "演练", clock.now())
    workdays.set_day(calendar, None, date(2026, 3, 10), False, " 停工 ", clock.now())

    assert seeding.seed(calendar, 2026, clock.now()) == 28

    days = {day.day: day for day in workdays.year(calendar, 2026)}
    assert len(days) == 365
    assert days[date(2026, 10, 1)] == (date(2026, 10, 1), True, "演练", DaySource.DISTRICT)
    assert days[date(2026, 3, 10)] == (date(2026, 3, 10), False, "停工", DaySource.DISTRICT)
    assert days[date(2026, 2, 14)] == (date(2026, 2, 14), True, "补班", DaySource.LIBRARY)
    assert days[date(2026, 1, 1)].name == "元旦"
    assert days[date(2026, 3, 11)] == (date(2026, 3, 11), True, "", None)


def test_whoever_sets_a_day_stands_in_the_trail(db: Database, clock):
    with db.transaction() as session:
        by = a_person(session, clock.now())
        workdays.set_day(session, by, date(2026, 10, 1), True, "演练", clock.now())

    with db.reading() as session:
        noted = session.scalars(select(AuditEntry)).one()
    assert (noted.actor, noted.action, noted.subject_id) == (by, "calendar.day_set", 20261001)


def test_what_the_library_no_longer_says_goes(calendar, clock):
    calendar.add(
        CalendarDay(
            day=date(2026, 7, 1),
            is_workday=False,
            source=DaySource.LIBRARY,
            changed_at=clock.now(),
        )
    )
    calendar.flush()

    seeding.seed(calendar, 2026, clock.now())

    assert workdays.is_workday(calendar, date(2026, 7, 1))


def test_a_year_that_is_not_announced_is_told_and_counted_by_the_week(session, clock, caplog):
    clock.set(local("2029-12-03T09:00"))
    assert seeding.seed(session, 2030, clock.now()) == 0
    assert workdays.unpublished(session, date(2029, 12, 3)) == (2029, 2030)
    assert workdays.unpublished(session, date(2029, 3, 3)) == (2029,)

    with caplog.at_level(logging.WARNING):
        seeding.keep_ahead(session, clock.now())
    assert "2030" in caplog.text

    workdays.set_day(session, None, date(2030, 1, 1), False, "元旦", clock.now())
    assert workdays.unpublished(session, date(2029, 12, 3)) == (2029,)


def test_two_seedings_at_once_do_no_harm(db: Database, clock):
    for _ in range(2):
        with db.transaction() as session:
            assert seeding.seed(session, 2026, clock.now()) == 28
    with db.reading() as session:
        assert sum(day.source is not None for day in workdays.year(session, 2026)) == 28
