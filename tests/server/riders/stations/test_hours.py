"""Open now is said by the week, by days that differ, and past midnight; in local time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.wording import LOCAL
from server.riders.stations import schedules
from server.riders.stations.hours import DAY, Hours, Window, minute_of, moment_of, overlap
from server.riders.stations.schedules import UnclearHours

pytestmark = pytest.mark.once

windows = st.lists(
    st.builds(
        lambda opens, length: Window(opens, opens + length),
        st.integers(0, DAY - 1),
        st.integers(1, DAY),
    ),
    max_size=3,
).map(lambda found: tuple(sorted(found)))
sound = windows.filter(lambda found: not overlap(found))
weeks = st.tuples(*[sound] * 7)
minutes = st.integers(0, 30 * DAY)
moments = minutes.map(lambda n: datetime(2026, 3, 1, tzinfo=LOCAL) + timedelta(minutes=n))
others = st.dictionaries(st.dates(date(2026, 2, 27), date(2026, 4, 15)), sound, max_size=5)


def at(day: int, clock: str) -> datetime:
    """Return this local time of March 2026, whose 9th is a Monday."""
    return datetime.fromisoformat(f"2026-03-{day:02}T{clock}+08:00").astimezone(UTC)


def said(moment: datetime | None) -> str:
    return f"{moment.astimezone(LOCAL):%d %H:%M}" if moment else ""


def by_minutes(hours: Hours, moment: datetime) -> bool:
    """Tell whether it is open by looking at each window of yesterday and today."""
    local = moment.astimezone(LOCAL)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    for back in (0, 1):
        day = midnight - timedelta(days=back)
        for window in hours.on(day.date()):
            opens, closes = (day + timedelta(minutes=each) for each in window)
            if opens <= local < closes:
                return True
    return False


@pytest.mark.parametrize(
    ("text", "now", "until", "opens"),
    [
        ("周一至周五 8:30-18:00", at(9, "08:29"), "", "09 08:30"),
        ("周一至周五 8:30-18:00", at(9, "08:30"), "09 18:00", "10 08:30"),
        ("周一至周五 8:30-18:00", at(9, "18:00"), "", "10 08:30"),
        ("周一至周五 8:30-18:00", at(13, "18:00"), "", "16 08:30"),
        ("每天 9:00-12:00 14:00-17:00", at(9, "12:30"), "", "09 14:00"),
        ("每天 18:00-次日2:00", at(9, "01:59"), "09 02:00", "09 18:00"),
        ("每天 18:00-次日2:00", at(9, "23:00"), "10 02:00", "10 18:00"),
        ("周日 18:00-次日2:00", at(9, "01:00"), "09 02:00", "15 18:00"),
        ("周一 18:00-24:00；周二 0:00-6:00", at(9, "20:00"), "10 06:00", "16 18:00"),
        ("", at(9, "12:00"), "", ""),
    ],
)
def test_it_is_open_by_the_windows_of_the_week(text, now, until, opens) -> None:
    hours = schedules.read(text)

    assert said(hours.open_until(now)) == until
    assert hours.is_open(now) == bool(until)
    assert said(hours.opens_at(now)) == opens


def test_what_never_closes_is_open_past_a_week() -> None:
    hours = schedules.read("每天 24小时")

    assert hours.open_until(at(9, "12:00")) > at(16, "12:00")


def test_a_day_that_differs_takes_the_place_of_the_usual_windows() -> None:
    usual = schedules.read("每天 18:00-次日2:00")
    hours = Hours(usual.week, {date(2026, 3, 9): (), date(2026, 3, 10): (Window(600, 720),)})

    assert said(hours.open_until(at(9, "01:00"))) == "09 02:00", "yesterday's night goes on"
    assert hours.open_until(at(9, "19:00")) is None
    assert said(hours.opens_at(at(9, "19:00"))) == "10 10:00"
    assert said(hours.open_until(at(10, "11:00"))) == "10 12:00"
    assert said(hours.opens_at(at(10, "13:00"))) == "11 18:00"


@given(weeks, others, moments)
def test_open_is_what_every_minute_says(week, other, now) -> None:
    hours = Hours(week, other)

    assert hours.is_open(now) == by_minutes(hours, now)
    assert (hours.open_until(now) is not None) == hours.is_open(now)
    until, opens = hours.open_until(now), hours.opens_at(now)
    if until is not None and until - now < timedelta(days=6):
        assert not by_minutes(hours, until)
        assert by_minutes(hours, until - timedelta(minutes=1))
    if opens is not None:
        assert by_minutes(hours, opens)
        assert not by_minutes(hours, opens - timedelta(minutes=1)) or opens == until


@given(weeks)
def test_hours_are_written_as_they_are_read(week) -> None:
    assert schedules.read(schedules.told(Hours(week))).week == week


@given(st.text(max_size=60) | st.from_regex(r"[周一至五；0-9: -]{0,30}", fullmatch=True))
def test_no_text_is_too_odd_to_be_read_or_refused(text) -> None:
    try:
        hours = schedules.read(text)
    except UnclearHours:
        return
    assert all(window.is_sound for day in hours.week for window in day)


@pytest.mark.parametrize(
    "text",
    [
        *("周八 8-9", "周五至周一 8-9", "周一 9:00-11:00 10:00-12:00", "周一 25:00-26:00"),
        *("8:00-9:00", "周一 8:75-9:00", "周一 8-9 x", "周一", "周一 8-9；" * 100),
    ],
)
def test_hours_that_make_no_sense_are_refused(text) -> None:
    with pytest.raises(UnclearHours):
        schedules.read(text)


def test_a_day_is_read_alone() -> None:
    assert schedules.read_day("9:00-12:00") == (Window(540, 720),)
    assert schedules.read_day("休息") == ()


@given(moments)
def test_minutes_are_those_of_local_clocks(moment) -> None:
    assert moment_of(minute_of(moment)) == moment.replace(second=0, microsecond=0)


def test_control_by_hours_of_utc_it_would_be_closed_in_the_morning() -> None:
    hours = schedules.read("每天 8:00-20:00")
    morning = at(9, "09:00")

    assert hours.is_open(morning)
    assert not hours.is_open(morning.replace(tzinfo=LOCAL)), "one o'clock, were it local time"
