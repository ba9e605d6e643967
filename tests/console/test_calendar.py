"""The calendar of working days at the console."""

from datetime import date

import pytest

from server.calendar import workdays
from server.people.models import Role
from tests.console.desk import deeds


def test_the_district_says_that_a_day_is_off(clerk, runtime) -> None:
    district = clerk(Role.DISTRICT_OPERATOR, "D")

    answer = district.post("/calendar", day="2026/3/10", worked="no", name="示例放假")

    assert answer.status_code == 303
    with runtime.db.reading() as session:
        assert not workdays.is_workday(session, date(2026, 3, 10))
    assert "示例放假" in district.get("/calendar?year=2026").text
    assert [deed.action for deed in deeds(runtime)] == ["calendar.day_set"]


def test_a_year_of_which_nothing_is_known_is_warned_of(clerk) -> None:
    assert "2026年的放假安排还没有公布" in clerk(Role.DISTRICT_OPERATOR, "D").get("/calendar").text


@pytest.mark.parametrize(
    "form", [{}, {"day": "明天"}, {"day": "2039-01-01"}, {"day": "2026-02-30"}]
)
def test_what_is_no_day_changes_nothing(clerk, runtime, form) -> None:
    assert clerk(Role.DISTRICT_OPERATOR, "D").post("/calendar", **form).status_code == 400
    assert deeds(runtime) == []


@pytest.mark.parametrize("year", ["1", "99999", "x", "2027"])
def test_any_year_that_is_asked_for_shows_one_near(clerk, year) -> None:
    assert clerk(Role.DISTRICT_OPERATOR, "D").get(f"/calendar?year={year}").status_code == 200


def test_nobody_else_touches_the_calendar(clerk, runtime) -> None:
    street = clerk(Role.STREET_OPERATOR, "A")

    assert street.get("/calendar").status_code == 403
    assert street.post("/calendar", day="2026-03-10", worked="no").status_code == 403
    assert deeds(runtime) == []
