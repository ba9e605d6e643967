"""Moments, days, hours, phone numbers and deadlines as the console writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from config.wording import say
from server.console import filters
from server.staff.reach import NotAllowed

pytestmark = pytest.mark.once
NINE = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
"""Nine o'clock on a Monday in Shanghai."""


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0小时"),
        (29, "0小时"),
        (30, "0.5小时"),
        (60, "1小时"),
        (119, "1.5小时"),
        (480, "8小时"),
        (-5, "0小时"),
        (None, "—"),
    ],
)
def test_hours_go_down_to_the_half_hour(minutes: int | None, words: str) -> None:
    assert filters.hours(minutes) == words


def test_moments_and_days_are_told_in_local_time() -> None:
    late = datetime(2026, 3, 9, 16, 30, tzinfo=UTC)

    assert filters.moment(late) == "3月10日（周二）00:30"
    assert filters.day(late, year=True) == "2026年3月10日（周二）"
    assert filters.day(date(2026, 3, 9)) == "3月9日（周一）"
    assert filters.moment(None) == filters.day(None) == "—"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("13800001234", "138 0000 1234"),
        ("138****1234", "138 **** 1234"),
        ("03511234567", "03511234567"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_mobile_numbers_stand_in_groups(number: str | None, words: str) -> None:
    assert filters.phone(number) == words


@pytest.mark.parametrize(
    ("hours", "kind", "words"),
    [
        (-72, "bad", "超期3天"),
        (-1, "bad", "今天已超期"),
        (5, "warn", "今天14:00前"),
        (24, "warn", "还剩1天"),
        (72, "info", "还剩3天"),
    ],
)
def test_a_deadline_is_counted_in_local_days(hours: int, kind: str, words: str) -> None:
    assert filters.due(NINE + timedelta(hours=hours), NINE) == filters.Due(kind, words)


def test_without_a_deadline_nothing_presses() -> None:
    assert filters.due(None, NINE).kind == "plain"


def test_a_refusal_is_said_in_its_sentence() -> None:
    assert filters.sentence(NotAllowed()) == say(NotAllowed.code)
