"""When people may be told something: every hour of a year, and wherever the host stands (M4)."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from config.notices import Notices, Span, spans
from server.notices import quiet
from server.notices.kinds import Audience

pytestmark = pytest.mark.once

HOURS = Notices()
HOUR = timedelta(hours=1)
MILLISECOND = timedelta(milliseconds=1)
YEAR_BEGINS = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
"""Midnight of 1 January in Shanghai, which is eight hours ahead all year."""
RIDERS = ((570, 630), (840, 990), (1230, 1290))
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")


@pytest.fixture(params=ZONES)
def host_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The time zone in which the host lives."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def shanghai_minutes(at: datetime) -> float:
    """Return the minutes since midnight in Shanghai, by plain arithmetic."""
    return ((at.timestamp() + 8 * 3600) % 86_400) / 60


def at(hour: int, minute: int = 0, day: int = 9) -> datetime:
    """Return a moment of March in Shanghai's time."""
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)


def test_every_hour_of_a_year_is_judged_as_plain_arithmetic_says(host_zone: str) -> None:
    resident, rider = (
        quiet.windows(HOURS, audience) for audience in (Audience.RESIDENT, Audience.RIDER)
    )
    wrong = []
    for number in range(365 * 24):
        for slip in (-MILLISECOND, timedelta(), MILLISECOND, timedelta(minutes=30)):
            moment = YEAR_BEGINS + number * HOUR + slip
            minutes = shanghai_minutes(moment)
            riding = any(begins <= minutes < ends for begins, ends in RIDERS)
            if quiet.is_open(resident, moment) != (480 <= minutes < 1320):
                wrong.append(moment)
            if quiet.is_open(rider, moment) != riding:
                wrong.append(moment)

    assert wrong == []


def test_what_must_wait_waits_for_the_next_opening_all_year(host_zone: str) -> None:
    for audience in (Audience.RESIDENT, Audience.RIDER):
        open_ = quiet.windows(HOURS, audience)
        for number in range(365 * 24):
            moment = YEAR_BEGINS + number * HOUR
            opening = quiet.opens(open_, moment)
            told = quiet.told_at(HOURS, audience, number, moment)
            closing = quiet.closes(open_, opening)
            assert quiet.is_open(open_, opening)
            assert quiet.is_open(open_, told)
            assert closing is not None
            assert not quiet.is_open(open_, closing)
            assert opening <= told < min(closing, opening + timedelta(minutes=20) + HOUR * 0.01)
            if opening > moment:
                assert not quiet.is_open(open_, opening - MILLISECOND)


def test_control_in_the_hosts_own_time_it_would_be_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quiet, "LOCAL", UTC)

    assert quiet.is_open(quiet.windows(HOURS, Audience.RESIDENT), at(23))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (at(22), at(8, day=10)),
        (at(2), at(8)),
        (at(7, 59), at(8)),
        (at(8), at(8)),
        (at(21, 59), at(21, 59)),
    ],
)
def test_nobody_is_told_anything_at_night(moment: datetime, opening: datetime) -> None:
    assert quiet.opens(spans(HOURS.resident), moment) == opening


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (at(8), at(9, 30)),
        (at(10, 30), at(14)),
        (at(16, 30), at(20, 30)),
        (at(21, 30), at(9, 30, day=10)),
        (at(15), at(15)),
    ],
)
def test_riders_are_told_between_the_rushes(moment: datetime, opening: datetime) -> None:
    assert quiet.opens(spans(HOURS.rider), moment) == opening


def test_hours_may_run_over_midnight() -> None:
    night = spans("20:00-02:00")

    assert night == (Span(0, 120), Span(1200, 1440))
    assert quiet.is_open(night, at(23))
    assert quiet.is_open(night, at(1, 59))
    assert quiet.opens(night, at(2)) == at(20)
    assert quiet.closes(night, at(21)) == at(2, day=10)
    assert quiet.closes(night, at(1)) == at(2)


def test_a_window_may_be_the_whole_day() -> None:
    always = spans("00:00-24:00")

    assert quiet.is_open(always, at(3))
    assert quiet.closes(always, at(3)) is None


def test_windows_that_touch_are_one() -> None:
    assert spans("14:00-22:00, 08:00-12:00,11:00-14:00") == (Span(480, 1320),)


@pytest.mark.parametrize("text", ["", "8-22", "08:00", "25:00-26:00", "09:00-09:00", "24:00-24:30"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="08:00-22:00"):
        Notices(resident=text)


def test_what_waits_for_the_morning_goes_out_over_twenty_minutes() -> None:
    moments = [quiet.told_at(HOURS, Audience.RESIDENT, person, at(23)) for person in range(2000)]
    after = [(moment - at(8, day=10)).total_seconds() / 60 for moment in moments]

    assert min(after) >= 0
    assert max(after) < 20
    minutes = [int(each) for each in after]
    assert max(map(minutes.count, set(minutes))) < 200


def test_all_that_waits_for_one_person_comes_together() -> None:
    evening, night = (quiet.told_at(HOURS, Audience.RESIDENT, 7, at(hour)) for hour in (22, 23))

    assert evening == night
    assert evening != quiet.told_at(HOURS, Audience.RESIDENT, 7, at(23, day=10)) - timedelta(days=1)


def test_what_may_go_at_once_goes_at_once() -> None:
    assert quiet.told_at(HOURS, Audience.RESIDENT, 7, at(12, 34)) == at(12, 34)
    assert quiet.told_at(HOURS, Audience.RESIDENT, 7, at(8)) == at(8)
