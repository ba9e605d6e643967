"""Quarters begin and end at midnight in Shanghai, by a clock that is handed in."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from config.wording import LOCAL
from server.party import quarters
from server.party.quarters import Quarter

pytestmark = pytest.mark.once
MS = timedelta(milliseconds=1)
ALL = [Quarter(year, number) for year in range(2024, 2031) for number in range(1, 5)]


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def host(request, monkeypatch: pytest.MonkeyPatch):
    """The time zone of the machine."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    os.environ.pop("TZ", None)
    monkeypatch.undo()
    time.tzset()


def wrong(of) -> list[Quarter]:
    """Return the quarters at whose ends a reckoning is wrong by a millisecond or more."""
    return [
        quarter
        for quarter in ALL
        if (of(quarter.begins), of(quarter.begins - MS)) != (quarter, quarter.before)
    ]


def test_quarters_change_at_midnight_in_shanghai(host: str) -> None:
    assert wrong(quarters.of) == []
    assert quarters.of(datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)) == Quarter(2026, 1)
    assert quarters.of(datetime(2026, 3, 31, 16, tzinfo=UTC)) == Quarter(2026, 2)


def test_control_by_utc_the_quarter_would_be_wrong() -> None:
    assert wrong(lambda at: quarters.of(at.astimezone(UTC).replace(tzinfo=LOCAL))) == ALL


@pytest.mark.parametrize("quarter", [Quarter(2025, 4), Quarter(2026, 1)])
def test_a_quarter_follows_the_one_before(quarter: Quarter) -> None:
    assert quarter.after.before == quarter
    assert quarter.ends == quarter.after.begins
    assert quarter < quarter.after


def test_a_quarter_is_written_as_people_write_it() -> None:
    assert str(quarters.of(datetime(2026, 12, 31, 16, tzinfo=UTC))) == "2027Q1"
