"""The phone page over the real emulator and the real service: the main job, end to end."""

import re

import pytest
from playwright.sync_api import expect

from server.notices import delivery
from server.runtime import Runtime
from tests.factories import an_activity
from tests.journeys.desk import Desk

pytestmark = pytest.mark.once


def test_two_people_pass_one_place_on_and_the_mini_program_shows_the_same(
    desk: Desk, runtime: Runtime
) -> None:
    with runtime.db.transaction() as session:
        an_activity(session, runtime.now(), title="示例送餐", capacity=1)

    desk.become("林小满")
    desk.follow()
    listed = desk.say("活动", "示例送餐")
    listed.get_by_role("button", name=re.compile("回复 *1 *示例送餐")).click()
    expect(desk.page.locator(".line.account").last).to_contain_text("报名成功")
    desk.become("周建国")
    desk.follow()
    desk.say("报名 1", "候补第1位")
    desk.become("林小满")
    desk.say("取消 1", "已取消")
    delivery.deliver(runtime)
    desk.become("周建国")
    desk.page.get_by_role("button", name="接受", exact=True).click()

    expect(desk.page.locator(".line.account").last).to_contain_text("报名成功")
    desk.say("我的", "示例送餐")
    expect(desk.signups()).to_contain_text("示例送餐")
    expect(desk.page.locator("#mini .mine.confirmed")).to_have_text("已报名")


def test_the_mini_program_signs_up_and_the_chat_knows(desk: Desk, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        an_activity(session, runtime.now(), title="示例读报", capacity=3)

    desk.become("林小满")
    desk.follow()
    desk.page.get_by_role("tab", name="小程序").click()
    desk.page.locator("[data-shift]").get_by_role("button", name="报名").click()
    expect(desk.page.locator("[data-shift]")).to_contain_text("已报名")
    desk.page.get_by_role("tab", name="公众号聊天").click()

    desk.say("我的", "示例读报")
    expect(desk.page.locator("#raw .leg").first).to_contain_text("解密后的正文")
    expect(desk.page.locator("#raw .leg").first).to_contain_text("我的")
