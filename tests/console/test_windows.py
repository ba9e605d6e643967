"""The doors and the roof of the console in a real browser, on phone and desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from server.areas import tree
from server.audit import trail
from server.people import linking
from server.people.models import Role
from server.staff import approvals, queue
from server.staff.approvals import Kind
from server.staff.queue import Task
from server.staff.rights import Right
from tests.bot.driver import Phone, line_of
from tests.console.newcomers import PASSWORD, Newcomer
from tests.console.test_kit import barriers
from tests.windows import DESK, PHONE, open_browser, open_window

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def member(app, runtime, district, service):
    return Newcomer.invited(app, runtime, "wanghong", Role.STREET_OPERATOR, "A")


@pytest.fixture
def tasks(clock):
    """Things to do, late, today and later, while the test lasts."""
    hours = {"陪同就医": -50, "送餐上门": 5, "读报与陪伴": 150, "清理楼道": None}
    found = [
        Task("test", number, title, "等待派单", "示例·李*", "示例A1社区", _in(clock, hours[title]))
        for number, title in enumerate(hours, 1)
    ]

    def source(_session, _reach, _now, _limit) -> list[Task]:
        return found

    queue.SOURCES.append(source)
    yield found
    queue.SOURCES.remove(source)


def _in(clock, hours):
    clock_was = clock.now()
    moment = clock.advance(hours=hours) if hours is not None else None
    clock.set(clock_was)
    return moment


def has_no_barriers(page: Page) -> None:
    assert barriers(page) == []


def accept(page: Page, url: str, member: Newcomer) -> None:
    page.goto(url + member.path)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一次").fill(PASSWORD)
    page.get_by_label("6位数").fill(member.code())


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_somebody_invited_comes_in_and_finds_what_is_to_be_done(
    browser, service, member, tasks, size
) -> None:
    with open_window(browser, size) as (page, said):
        accept(page, service, member)
        has_no_barriers(page)
        page.get_by_role("button", name="启用并登录").click()

        expect(page.get_by_role("heading", name="待办", level=1)).to_be_visible()
        expect(page.get_by_text("超期2天")).to_be_visible()
        has_no_barriers(page)
        page.goto(f"{service}/console/account")
        has_no_barriers(page)
        assert said == []


def test_a_number_sent_from_the_phone_opens_the_page_by_itself(
    browser, service, app, settings, clock, runtime, member, emulator
) -> None:
    phone = Phone(line_of(app, settings, clock))
    phone.follows()
    member.accepts()
    with runtime.db.transaction() as session:
        code = linking.offer(session, member.person_id, clock.now(), vault=runtime.vault).code
    phone.says(f"绑定 {code}")

    with open_window(browser, DESK) as (page, said):
        page.goto(f"{service}/console/account")
        has_no_barriers(page)
        page.get_by_role("button", name="用微信登录").click()
        number = page.locator("#number strong").inner_text()
        has_no_barriers(page)
        phone.says(number)

        expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
        assert said == []


def test_an_operator_allows_and_an_auditor_reads(browser, service, clerk, runtime) -> None:
    told = "给示例·赵燕补记120分钟（柳北便民服务，2026年3月7日）"
    nothing = [lambda *_: None] * 2

    def tell(_session, found) -> dict[int, str]:
        return {one.id: told for one in found}

    kind = Kind("tests.hours", Right.APPROVE_HOURS, *nothing, tell=tell)
    approvals.register(kind)
    worker, boss, auditor = (
        clerk(role, area)
        for role, area in (
            (Role.COMMUNITY_WORKER, "A1"),
            (Role.STREET_OPERATOR, "A"),
            (Role.AUDITOR, "D"),
        )
    )
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "A1")
        for key in "xy":
            approvals.ask(
                session, worker.person_id, kind.name, key, area, "签到漏了", runtime.now()
            )
        trail.record(session, None, "staff.rests", ("staff_account", 1), runtime.now(), failures=5)
    for size in (PHONE, DESK):
        with open_window(browser, size) as (page, said):
            _enter(page, service, boss)
            page.goto(f"{service}/console/approvals")
            has_no_barriers(page)
            page.get_by_role("button", name="批准", exact=True).first.click()
            expect(page.get_by_text("已批准，马上生效。")).to_be_visible()
            _enter(page, service, auditor)
            page.goto(f"{service}/console/audit")
            has_no_barriers(page)
            page.get_by_role("link", name="核对整条记录链").click()
            expect(page.get_by_text("每一条都和当时写下的一致")).to_be_visible()
            has_no_barriers(page)
            assert said == []
    del approvals.KINDS[kind.name]


def _enter(page: Page, service: str, clerk) -> None:
    token = clerk.client.get_cookie("console").value
    page.context.add_cookies([{"name": "console", "value": token, "url": service}])
