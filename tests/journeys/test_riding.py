"""A rider's whole way: a photo on the road, what becomes of it, points, and something in the hand.

The rider and a station's keeper hold phones, a community worker sits at the console, and the clock
is moved by the test. The day is 2026-03-09 (a Monday) at first.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from server.areas import tree
from server.areas.models import AreaKind
from server.audit import trail
from server.people.models import Role
from server.photos.models import Photo, PhotoState
from server.riders.hazards.models import Hazard, HazardState
from server.riders.rewards.stock import Shelf
from server.riders.stations import keepers
from server.riders.stations.coordinates import Place
from server.runtime import Runtime
from server.staff import reach as reaches
from server.wechat.models import Inbound
from tests.journeys import people
from tests.journeys.desk import Desk
from tests.journeys.people import Window
from tests.journeys.test_redeeming import newest
from tests.server.riders.acts import has, riding
from tests.server.riders.rewards.acts import a_reward, bring, flaws, states, verified
from tests.server.riders.stations.acts import a_station
from tests.windows import DESK, open_window

PARK = Place.of(37.8570, 112.5480)
"""A station some steps from where the rider stands: it tells whose community that is."""

SECONDS_A_TAP = 2
"""Twice what a practised thumb needs to find and press a button (1.1 s, Card, Moran and Newell)."""


class Taps:
    """Presses what a rider presses, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number = 0

    def on(self, within: str, words: str | re.Pattern[str]) -> None:
        self.number += 1
        self.page.locator(within).get_by_role("button", name=words).last.click()


@contextmanager
def clerk_at(browser: Browser, runtime: Runtime, service: str, phone: object) -> Iterator[Window]:
    """Let a community worker, who holds that phone, sit at the console."""
    with runtime.db.transaction() as session:
        who = people.person_of(session, phone, runtime), "王红"  # type: ignore[arg-type]
        account = people.employ(session, runtime, who, Role.COMMUNITY_WORKER, "N")
    with open_window(browser, DESK) as (page, said):
        clerk = Window(page, service, account)
        people.signed_in(clerk, runtime)
        yield clerk
    assert said == []


def test_from_a_photo_on_the_road_to_a_reward_in_the_hand(
    desk: Desk, browser: Browser, emulator, service, runtime: Runtime, clock, pass_by
) -> None:
    desk.become("林小满")
    desk.follow()
    rider = newest(runtime)
    desk.become("周建国")
    desk.follow()
    keeper = newest(runtime)
    with runtime.db.transaction() as session:
        now, machine = runtime.now(), reaches.of_machine(session)
        street = tree.plant(session, "S", "示例街道", AreaKind.STREET, tree.root(session))
        tree.plant(session, "N", "柳北社区", AreaKind.COMMUNITY, street)
        riding(session, rider, now)
        verified(session, rider, now)
        station = a_station(session, now, machine, area_code="N", place=PARK).id
        bring(session, Shelf(a_reward(session, now, name="毛巾", points=1), station), 5, now)
        keepers.entrust(session, machine, station, keeper, now)

    desk.become("林小满")
    it_is_reported_in_two_messages(desk, runtime)
    pass_by("fetch-photos")
    with clerk_at(browser, runtime, service, emulator.follower("王红")) as clerk:
        it_is_found_true_and_handed_on(clerk)
        it_is_put_right(clerk)
    pass_by("deliver-notices")
    expect(desk.page.locator(".line.account").last).to_contain_text("您报的隐患修好了")
    desk.say("积分", "您有1分积分")
    code = it_is_redeemed_in_three_messages(desk)
    desk.become("周建国")
    desk.say(f"核销 {code}", "请交给骑手 毛巾 1件。")
    desk.become("林小满")
    desk.say("我的券", "已在1号站领取")

    with runtime.db.reading() as session:
        hazard = session.scalars(select(Hazard)).one()
        photo = session.scalars(select(Photo)).one()
        assert hazard.state is HazardState.FIXED
        assert photo.state is PhotoState.KEPT
        assert states(session) == {"collected": 1}
        assert has(session, rider, runtime.now()) == 0
        assert flaws(session) == []
        assert trail.verify(session).flaw is None


def messages(runtime: Runtime) -> int:
    """Count what people have sent so far, without what WeChat tells of its own accord."""
    with runtime.db.reading() as session:
        spoken = select(func.count()).select_from(Inbound).where(Inbound.kind != "event")
        return session.scalar(spoken) or 0


def it_is_reported_in_two_messages(desk: Desk, runtime: Runtime) -> None:
    before, taps = messages(runtime), Taps(desk.page)
    newest_line = desk.page.locator(".line.account").last

    taps.on("#phone, body", "语音、照片、位置、扫码")
    taps.on(".tray", "照片")
    taps.on("dialog, [role=dialog]", "路面坑洼")
    expect(newest_line).to_contain_text("收到照片")
    taps.on("#phone, body", "语音、照片、位置、扫码")
    taps.on(".tray", "位置")
    taps.on("dialog, [role=dialog]", "迎泽公园")
    expect(newest_line).to_contain_text("收到了，谢谢您！随手拍1号")

    assert messages(runtime) - before == 2
    assert taps.number * SECONDS_A_TAP <= 20


def it_is_found_true_and_handed_on(clerk: Window) -> None:
    clerk.open("/")
    clerk.row("1号").get_by_role("link", name="去办").click()
    clerk.sees("迎泽公园")
    clerk.press("采用", "已采用")
    clerk.page.get_by_label("在哪个区域").select_option(label="柳北社区")
    clerk.press("情况属实", "交给哪里整改")
    clerk.page.get_by_label("交给哪里整改").select_option(label="柳北社区")
    clerk.press("交办", "已交给柳北社区")


def it_is_put_right(clerk: Window) -> None:
    clerk.open("/fixing")
    clerk.open("/fixing/1")
    clerk.press("开始整改", "整改")
    clerk.fill(closing_note="坑已经填平，路面压实了。")
    clerk.press("已整改，办结", "坑已经填平")


def it_is_redeemed_in_three_messages(desk: Desk) -> str:
    """Return the voucher's code."""
    listed = desk.say("兑换", "您有1分，可以兑换")
    listed.get_by_role("button", name=re.compile("回复 *1 *毛巾")).click()
    expect(desk.page.locator(".line.account").last).to_contain_text("到哪里领？")
    told = desk.say("1", "兑好了：毛巾1件，扣1分").inner_text()
    found = re.search(r"兑换码：(\w{4}-\w{4})", told)
    assert found, told
    return found[1]
