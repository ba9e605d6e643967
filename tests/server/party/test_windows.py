"""Q2: the moment decides the quarter and how it stands, by Shanghai's clock on any host."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from config.reports import Reports
from config.wording import LOCAL
from server.party import quarters
from server.party.models import FileState, PartyFile, PartyReport
from server.party.quarters import Quarter
from server.party.reports import windows
from server.party.reports.windows import Standing
from server.people.models import Channel
from tests.server.party.edges import ALL, MS, edges

pytestmark = pytest.mark.once
RULES = Reports()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def host(request, monkeypatch: pytest.MonkeyPatch):
    """The time zone of the machine."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    os.environ.pop("TZ", None)
    monkeypatch.undo()
    time.tzset()


def a_file(reported_at: datetime = LONG_AGO) -> PartyFile:
    return PartyFile(reported_at=reported_at, state=FileState.ACTIVE, channel=Channel.CONSOLE)


def wrong(window_of, standing) -> list[tuple[Quarter, datetime]]:
    """Return the edges at which a reckoning is wrong by a millisecond or more."""
    found = []
    for quarter in ALL:
        window = window_of(quarter, RULES)
        for edge, before, after in edges(quarter):
            told = [standing(a_file(), None, window, moment, RULES) for moment in (edge - MS, edge)]
            if told != [before, after]:
                found.append((quarter, edge))
    return found


def test_no_edge_of_seven_years_is_wrong_by_a_millisecond(host: str) -> None:
    assert wrong(windows.of, windows.standing) == []


def test_control_reckoned_by_utc_every_edge_but_one_kind_is_wrong(host: str, monkeypatch) -> None:
    monkeypatch.setattr(windows, "LOCAL", UTC)

    # at the end of the quarter itself a report stays open
    assert len(wrong(windows.of, windows.standing)) == 3 * len(ALL)


def test_control_by_the_clock_of_the_host_only_shanghai_would_be_right(
    host: str, monkeypatch
) -> None:
    def naively(day):
        return datetime.combine(day, datetime.min.time()).astimezone(UTC)

    monkeypatch.setattr(windows, "_midnight", naively)

    assert bool(wrong(windows.of, windows.standing)) == (host != "Asia/Shanghai")


@pytest.mark.parametrize("quarter", ALL, ids=str)
def test_the_grace_moment_hands_the_turn_to_the_next_quarter(quarter: Quarter) -> None:
    grace = windows.of(quarter, RULES).grace

    assert windows.current(grace - MS, RULES).quarter == quarter
    assert windows.current(grace, RULES).quarter == quarter.after


@pytest.mark.parametrize("quarter", ALL, ids=str)
def test_thirty_days_before_its_end_one_is_exempt_and_no_earlier(quarter: Quarter) -> None:
    window = windows.of(quarter, RULES)
    edge = quarter.ends - timedelta(days=30)
    found = [
        windows.standing(a_file(joined), None, window, window.opens, RULES)
        for joined in (edge, edge + MS)
    ]

    assert found == [Standing.OPEN, Standing.EXEMPT]


@pytest.mark.parametrize(
    "text", ["2026Q0", "2026Q5", "2026q1", "26Q1", "2026Q11", "", "２０２６Q1"]
)
def test_what_is_no_quarter_is_none(text: str) -> None:
    assert quarters.named(text) is None
    assert [quarters.named(str(one)) for one in ALL] == ALL


@pytest.mark.parametrize(
    ("columns", "becomes"),
    [
        ({}, "submitted"),
        ({"late": True}, "submitted_late"),
        ({"returned_number": 1, "returned_at": LONG_AGO}, "returned"),
        ({"returned_number": 1, "returned_at": LONG_AGO, "late": True}, "returned"),
        ({"returned_number": 1, "returned_at": LONG_AGO, "number": 2}, "submitted"),
        ({"accepted_at": LONG_AGO, "late": True}, "accepted"),
        ({"returned_number": 1, "returned_at": LONG_AGO, "accepted_at": LONG_AGO}, "accepted"),
        ({"excused_at": LONG_AGO}, "excused"),
        ({"excused_at": LONG_AGO, "number": 0}, "excused"),
        ({"number": 0}, "missed"),
    ],
)
def test_what_was_done_about_a_report_says_how_it_stands(columns, becomes) -> None:
    report = PartyReport(**({"number": 1, "late": False} | columns))
    window = windows.of(Quarter(2026, 2), RULES)
    after = window.grace.astimezone(LOCAL)

    assert windows.standing(a_file(), report, window, after, RULES) == becomes


def test_until_a_window_opens_the_one_before_is_told_of() -> None:
    opens = windows.of(Quarter(2026, 4), RULES).opens

    assert windows.begun(opens - MS, RULES).quarter == Quarter(2026, 3)
    assert windows.begun(opens, RULES).quarter == Quarter(2026, 4)
