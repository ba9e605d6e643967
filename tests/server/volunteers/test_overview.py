"""The list of activities as staff see it."""

from datetime import timedelta

import pytest

from server.people.models import Role
from server.volunteers.activities import overview
from server.volunteers.activities.overview import Asked
from tests.console.conftest import plant_district
from tests.factories import an_activity
from tests.server.volunteers.need_acts import staff

HOUR = timedelta(hours=1)


@pytest.fixture
def listed(session, now):
    """List titles in a group two hours from now, in pages as long as one is told."""
    plant_district(session)
    reach = staff(session, now, Role.DISTRICT_OPERATOR, "D")
    for title, hours in (("later", 48), ("over", -5), ("soon", 3), ("next", 24)):
        an_activity(session, now - 9 * HOUR, title=title, starts_in=(hours + 9) * HOUR)

    def of(group: str) -> list[str]:
        titles: list[str] = []
        cursor = None
        while True:
            page = overview.browse(session, reach, Asked(group), now, cursor)
            titles += [line.title for line in page.lines]
            cursor = page.next_cursor
            if cursor is None:
                return titles

    return of


@pytest.mark.parametrize("page", [30, 1, 2])
def test_what_comes_soonest_stands_in_front(listed, monkeypatch, page) -> None:
    monkeypatch.setattr(overview, "PAGE", page)

    assert listed("current") == listed("open") == ["soon", "next", "later"]


def test_what_is_over_is_listed_by_itself(listed) -> None:
    assert listed("ended") == ["over"]
