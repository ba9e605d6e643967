"""The calendar of working days: a year at a glance, changed by the district alone."""

from typing import Any

from flask import Response

from config.wording import LOCAL, spell
from server.calendar import workdays
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.staff.rights import Right

pages = Pages("calendar", __name__)


NEAR = 2


@pages.get("/calendar", Right.MANAGE_CALENDAR)
def show(visit: Visit) -> Response:
    """Show a year, month by month, with a warning for years of which nothing is known yet."""
    today = visit.now.astimezone(LOCAL).date()
    year = fields.asked_number("year") or today.year
    year = min(max(year, today.year - NEAR), today.year + NEAR)
    days = workdays.year(visit.session, year)
    months = [[day for day in days if day.day.month == month] for month in range(1, 13)]
    facts: dict[str, Any] = {
        "months": months,
        "unpublished": workdays.unpublished(visit.session, today),
        "years": [(near, near) for near in range(today.year - NEAR, today.year + NEAR + 1)],
        "changed": [day for day in days if day.name],
    }
    return visit.show("calendar/show.html", year=year, **facts)


@pages.post("/calendar", Right.MANAGE_CALENDAR, again=show)
def change(visit: Visit) -> Response:
    """Say whether a day is worked."""
    day, today = fields.day("day"), visit.now.astimezone(LOCAL).date()
    if day is None or abs(day.year - today.year) > NEAR:
        raise fields.BadDay
    worked = keyed("worked") == "yes"
    workdays.set_day(visit.session, visit.person_id, day, worked, keyed("name"), visit.now)
    said = f"{spell(day)}已改为{'上班' if worked else '休息'}。"
    return visit.go("calendar.show", said, year=day.year)
