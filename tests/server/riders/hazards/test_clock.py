"""R4: deadlines count working time, over holidays too, and stand still while somebody is asked."""

from datetime import UTC, datetime, timedelta

import pytest

from config.wording import LOCAL
from server.calendar import seeding, workdays
from server.riders.hazards import answers, course, hazards
from server.riders.hazards.models import Hazard
from server.riders.hazards.views import is_overdue
from tests.server.riders.hazards.acts import CHAT, CONSOLE, assign, report, triage


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL).astimezone(UTC)


@pytest.fixture
def year(session, now) -> None:
    """The holidays of 2026 as they were announced: 15 to 23 February is the spring festival."""
    assert seeding.seed(session, 2026, now)


@pytest.mark.parametrize(
    ("reported", "words", "due"),
    [
        ("2026-03-09 10:00", "路灯不亮", "2026-03-10 17:30"),
        ("2026-03-13 16:00", "路灯不亮", "2026-03-16 17:30"),
        ("2026-02-13 16:00", "路灯不亮", "2026-02-14 17:30"),
        ("2026-02-14 16:00", "路灯不亮", "2026-02-24 17:30"),
        ("2026-03-09 10:00", "井盖没了", "2026-03-09 14:00"),
        ("2026-03-09 16:30", "井盖没了", "2026-03-10 12:00"),
        ("2026-02-14 16:30", "有人触电", "2026-02-24 12:00"),
    ],
)
def test_a_report_is_looked_at_within_a_working_day_or_four_working_hours(
    session, vault, rider, year, reported, words, due
) -> None:
    hazard = report(session, rider, local(reported), vault, words=words)

    assert hazard.due_at == local(due)


@pytest.mark.parametrize(("hard", "due"), [(False, "2026-02-26"), (True, "2026-02-28")])
def test_it_is_put_right_within_three_or_five_working_days(
    session, vault, rider, clerk, year, hard, due
) -> None:
    at = local("2026-02-14 10:00")
    hazard = report(session, rider, at, vault)
    triage(session, clerk, hazard, at, hard=hard)
    assign(session, clerk, hazard, at)

    assert hazard.due_at == local(f"{due} 17:30")


def test_an_extension_is_as_long_again(session, vault, rider, clerk, year) -> None:
    at = local("2026-03-09 10:00")
    hazard = report(session, rider, at, vault)
    triage(session, clerk, hazard, at)
    assign(session, clerk, hazard, at)

    hazards.extend(session, clerk, hazard.id, "等配件", at, channel=CONSOLE)

    assert hazard.due_at == local("2026-03-17 17:30")


def test_a_word_is_due_every_three_working_days(session, vault, rider, clerk, year) -> None:
    at = local("2026-03-09 10:00")
    hazard = report(session, rider, at, vault)
    triage(session, clerk, hazard, at, hard=True)
    assign(session, clerk, hazard, at)

    assert not is_overdue(hazard, local("2026-03-12 17:00"))
    assert is_overdue(hazard, local("2026-03-12 17:31"))
    hazards.note_progress(
        session, clerk, hazard.id, "等配件", local("2026-03-12 17:40"), channel=CONSOLE
    )
    assert not is_overdue(hazard, local("2026-03-12 17:41"))


def asked(session, vault, rider, clerk, at: datetime, when: datetime) -> Hazard:
    hazard = report(session, rider, at, vault)
    return hazards.ask(session, clerk, hazard.id, "哪一盏？", when, channel=CONSOLE)


def test_the_clock_stands_still_until_the_reporter_answers(
    session, vault, rider, clerk, year
) -> None:
    hazard = asked(
        session, vault, rider, clerk, local("2026-03-09 10:00"), local("2026-03-10 09:30")
    )
    assert (hazard.due_at, hazard.left_minutes) == (None, 8 * 60)
    assert not is_overdue(hazard, local("2026-03-30 10:00"))

    later = local("2026-03-12 10:00")
    answers.add(session, rider, hazard.id, "北边那盏", later, channel=CHAT, vault=vault)

    assert (hazard.due_at, hazard.left_minutes) == (local("2026-03-13 09:30"), None)


def test_control_a_clock_that_goes_on_would_be_over(session, vault, rider, clerk, year) -> None:
    hazard = report(session, rider, local("2026-03-09 10:00"), vault)

    assert is_overdue(hazard, local("2026-03-12 10:00"))


def test_staff_may_go_on_without_an_answer(session, vault, rider, clerk, year) -> None:
    at = local("2026-03-09 10:00")
    hazard = asked(session, vault, rider, clerk, at, at)

    triage(session, clerk, hazard, local("2026-03-11 10:00"))

    assert (hazard.left_minutes, hazard.question) == (None, None)
    assert hazard.due_at == local("2026-03-12 17:30")


def test_after_a_week_without_an_answer_the_clock_goes_on(
    session, vault, rider, clerk, year
) -> None:
    at = local("2026-03-09 10:00")
    hazard = asked(session, vault, rider, clerk, at, at)
    assert course.go_on(session, at + timedelta(days=6)) == 0

    assert course.go_on(session, at + timedelta(days=7)) == 1
    session.refresh(hazard)

    assert hazard.due_at == local("2026-03-17 17:30")
    assert course.go_on(session, at + timedelta(days=8)) == 0


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-03-09 10:00", "2026-03-09 11:30", 90),
        ("2026-03-09 17:00", "2026-03-10 09:30", 60),
        ("2026-03-13 17:00", "2026-03-16 09:30", 60),
        ("2026-02-14 17:00", "2026-02-24 09:30", 60),
        ("2026-03-14 10:00", "2026-03-15 10:00", 0),
        ("2026-03-10 10:00", "2026-03-09 10:00", 0),
    ],
)
def test_working_time_between_two_moments_passes_while_people_work(
    session, year, since, until, minutes
) -> None:
    spent = workdays.worked_between(session, local(since), local(until))

    assert spent == timedelta(minutes=minutes)
