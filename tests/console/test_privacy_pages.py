"""The privacy desk and one's own copy in a real browser, on a phone and at a desk."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from server.people import downloads, erasures, profile
from server.people.models import Channel, Role
from tests.console.test_kit import barriers
from tests.factories import a_person
from tests.windows import DESK, PHONE, open_browser, open_window

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def person(runtime, district) -> int:
    with runtime.db.transaction() as session:
        found = a_person(session, runtime.now())
        profile.rename(session, found, "示例·李明", vault=runtime.vault)
        profile.set_phone(session, found, "13812345678", vault=runtime.vault)
        week = timedelta(days=7)
        erasures.ask(session, found, runtime.now(), channel=Channel.CHAT, cooling=week)
    return found


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_pages_of_privacy_are_without_barriers(
    browser, service, clerk, runtime, person, size
) -> None:
    cookie = clerk(Role.DISTRICT_OPERATOR, "D").client.get_cookie("console")
    token = downloads.link(downloads.COPY, person, runtime.now(), vault=runtime.vault)
    found = []
    with open_window(browser, size) as (page, said):
        page.context.add_cookies(
            [{"name": "console", "value": cookie.value, "url": f"{service}/console"}]
        )
        for path in (
            "/console/privacy",
            "/console/privacy/new",
            "/console/privacy/1",
            f"/console/copies/{token}",
        ):
            page.goto(service + path)
            if path.endswith("/new"):
                page.get_by_label("姓名、手机号或志愿者编号").fill("13812345678")
                page.get_by_role("button", name="查找").click()
            expect(page.locator("h1")).to_be_visible()
            found += barriers(page)
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"], path

    assert found == []
    assert said == []
