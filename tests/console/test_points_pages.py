"""The pages of riders and points in a real browser, with something on each, on phone and desk."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.people.models import Role
from server.riders.budget import flows
from server.riders.models import OddState, PointsOddity, Rider
from server.riders.points import spending
from server.runtime import Runtime
from tests.console.test_awards import WISH
from tests.console.test_awards import rider as rider
from tests.console.test_kit import barriers, too_small
from tests.server.riders.acts import a_rider, earn, rich
from tests.windows import DESK, PHONE, open_browser, open_window

pytestmark = pytest.mark.once
assert rider

PAGES = {
    "riders": "/riders",
    "move": "/riders/{rider}/move",
    "find": "/points/awards",
    "points": "/people/{rider}/points",
    "rules": "/points/rules",
    "rule": "/points/rules/HAZARD_OK",
    "rule-new": "/points/rules/new",
    "rule-edit": "/points/rules/GOOD_DEED/edit",
    "oddities": "/points/oddities",
    "oddity": "/points/oddities/1",
    "budget": "/points/budget",
}


@pytest.fixture
def told(runtime: Runtime, rider: int, clerk: Callable[..., Any]) -> Any:
    """A rider with a history, six others, something odd; return who looks at it all."""
    head, now = clerk(Role.DISTRICT_OPERATOR, "D"), runtime.now()
    with runtime.db.transaction() as session:
        rich(session, rider, now, 25)
        earn(session, rider, now, "service_record:1", code="VOL_HOUR", units=3)
        spending.spend(session, rider, 15, "redemption:1", now)
        for _ in range(6):
            rich(session, a_rider(session, now), now, 10)
        for number in range(3):
            earn(session, rider, now, f"report:{number}")
        area = session.scalar(select(Rider.area_id).where(Rider.person_id == rider))
        facts = {"number": 6, "share": 66, "points": 30}
        odd = {"key": "x", "kind": "pair", "area_id": area, "person_id": rider, "facts": facts}
        session.add(PointsOddity(state=OddState.OPEN, found_at=now, **odd))
    with runtime.db.transaction() as session:
        flows.count(session, now)
    shown = head.post(f"/people/{rider}/points/preview", **WISH).get_data(as_text=True)
    at = shown.partition('name="at" value="')[2].partition('"')[0]
    head.post(f"/people/{rider}/points", **WISH | {"at": at})
    return head


def test_the_pages_of_points_are_without_barriers(told: Any, service: str, rider: int) -> None:
    token = told.client.get_cookie("console").value
    found: list[str] = []
    with open_browser() as browser:
        for size in (PHONE, DESK):
            with open_window(browser, size) as (page, said):
                page.context.add_cookies([{"name": "console", "value": token, "url": service}])
                for name, path in PAGES.items():
                    page.goto(f"{service}/console{path.format(rider=rider)}")
                    found += [f"{name}: {flaw}" for flaw in barriers(page) + too_small(page)]
                    if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                        found.append(f"{name} is too wide for {size['width']}")
                page.goto(f"{service}/console/people/{rider}/points")
                page.get_by_label("依据").fill("在永辉门口扶起摔倒的老人")
                page.get_by_role("button", name="看看加多少").click()
                page.get_by_text("还没有加").wait_for()
                found += [f"preview: {flaw}" for flaw in barriers(page) + too_small(page)]
            found += said

    assert found == []
