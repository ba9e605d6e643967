"""The screen, the roster and the forms of presence in a real browser."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.people.models import Role
from server.volunteers.attendance import codes
from server.volunteers.attendance.codes import Direction
from server.volunteers.signups import signups
from tests.console.conftest import a_clerk
from tests.factories import POLICY, a_person, an_activity
from tests.windows import PHONE, open_browser, open_window

pytestmark = pytest.mark.once
AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"


@pytest.fixture
def shift(runtime, district) -> int:
    now = runtime.now()
    with runtime.db.transaction() as session:
        starts_in = timedelta(minutes=15)
        view = an_activity(session, now, capacity=9, area_code="A1", starts_in=starts_in)
        for _ in range(3):
            who = a_person(session, now), view.shifts[0].id
            signups.sign_up(session, *who, now, channel="chat", policy=POLICY)
        return view.shifts[0].id


def barriers(page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]


def test_presence_is_taken_down_on_a_phone(service, runtime, clock, shift) -> None:
    with runtime.db.transaction() as session:
        token = a_clerk(session, runtime, Role.COMMUNITY_WORKER, "A1")[2]
    with open_browser() as browser, open_window(browser, PHONE) as (page, said):
        page.context.add_cookies([{"name": "console", "value": token, "url": service}])
        for path in ("shifts", f"shifts/{shift}/paper", f"shifts/{shift}/roster"):
            page.goto(f"{service}/console/{path}")
            assert barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("checkbox").nth(1).check()
        page.get_by_role("button", name="全部到场").click()
        expect(page.get_by_text("已记下2人。")).to_be_visible()

        page.goto(f"{service}/console/shifts/{shift}/screen")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        clock.advance(seconds=30)
        new = codes.show(shift, Direction.IN, clock.now(), runtime.vault).digits
        page.evaluate("htmx.trigger('#code', 'refresh')")
        expect(page.get_by_text(f"{new[:4]} {new[4:]}")).to_be_visible()
        assert page.locator(".qr").evaluate("image => image.decode().then(() => image.width)") > 200
        assert said == []
