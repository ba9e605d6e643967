"""Reminders as one lives through them: allowed in the mini-program, put off and stopped in chat."""

from datetime import datetime, timedelta

from playwright.sync_api import Locator, expect

from config.wording import LOCAL
from server.notices import delivery
from server.runtime import Runtime
from tests.clock import Clock
from tests.factories import an_activity
from tests.journeys.desk import Desk


def at(clock: Clock, day: int, hour: int) -> None:
    clock.set(datetime(2026, 3, day, hour, tzinfo=LOCAL))


def test_a_reminder_comes_the_day_before_once_more_when_put_off_and_never_after_a_stop(
    desk: Desk, runtime: Runtime, clock: Clock
) -> None:
    with runtime.db.transaction() as session:
        an_activity(session, clock(), title="示例读报", capacity=3)
        an_activity(session, clock(), title="示例送餐", starts_in=timedelta(days=3), capacity=3)
    desk.become("林小满")
    desk.follow()

    allow(desk)
    for number in (1, 2):
        sign_up(desk, number)
    said = desk.chat()
    assert deliver(runtime) == {"sent service": 2}

    at(clock, 10, 8)
    assert deliver(runtime) == {}
    at(clock, 10, 9)
    assert deliver(runtime) == {"sent subscription": 1}
    expect(reminders(said)).to_have_count(1)
    expect(reminders(said).last).to_contain_text("示例读报")

    desk.say("提醒", "3月11日（周三）09:00 活动提醒：示例送餐")
    desk.say("稍后", "好的，3月10日（周二）11:00再提醒您一次。")
    at(clock, 10, 11)
    assert deliver(runtime) == {"sent service": 1}
    again = desk.page.locator(".line.account").last
    expect(again).to_contain_text("活动提醒：示例读报")
    expect(again).to_contain_text("回复“停止提醒”不再提醒。")
    assert deliver(runtime) == {}
    desk.say("稍后", "这条提醒已经推迟过一次，不再推迟")

    desk.say("停止提醒", "已停止提醒，从现在起不再主动给您发消息")
    at(clock, 11, 9)
    assert deliver(runtime) == {"unreachable all": 1}
    desk.say("帮助", "您有1条没看的消息，回复“消息”查看。")
    expect(inbox(desk).first).to_contain_text("活动提醒：示例送餐")
    expect(inbox(desk).first).to_contain_text("可能没有发到微信")
    desk.chat()
    desk.say("提醒", "提醒已停止")
    expect(reminders(said)).to_have_count(1)
    assert "没看的消息" not in desk.say("帮助", "您可以回复编号或文字").inner_text()


def test_whom_no_way_reaches_finds_it_in_the_inbox_when_they_come_back(
    desk: Desk, runtime: Runtime, clock: Clock
) -> None:
    with runtime.db.transaction() as session:
        an_activity(session, clock(), title="示例送餐", starts_in=timedelta(days=4), capacity=3)
    desk.become("周建国")
    desk.follow()
    desk.say("报名 1", "报名成功：示例送餐")
    desk.leave()

    at(clock, 12, 9)
    assert deliver(runtime) == {"unreachable all": 1}
    desk.follow()
    greeting = desk.page.locator(".line.account").last
    expect(greeting).to_contain_text("您有1条没看的消息，回复“消息”查看。")
    desk.say("消息", "（新）活动提醒：示例送餐")
    desk.say("1", "（可能没有发到微信）")
    assert "没看的消息" not in desk.say("帮助", "您可以回复编号或文字").inner_text()
    expect(inbox(desk)).to_have_count(1)
    expect(desk.page.locator("#mini .dot")).to_have_count(0)


def inbox(desk: Desk) -> Locator:
    """Open the mini-program's page of messages and return them."""
    desk.mini("我的")
    desk.page.locator(".tile", has_text="消息").click()
    return desk.page.locator("[data-message]")


def deliver(runtime: Runtime) -> dict[str, int]:
    return dict(delivery.deliver(runtime))


def allow(desk: Desk) -> None:
    """Allow one message of each template in the mini-program."""
    mini = desk.mini("账号")
    mini.get_by_role("button", name="允许一次").click()
    expect(desk.page.get_by_text("已允许一次提醒。")).to_be_visible()


def sign_up(desk: Desk, number: int) -> None:
    """Sign up for the first that is left; then there are so many."""
    mini = desk.mini("活动")
    mini.get_by_role("button", name="报名", exact=True).first.click()
    expect(mini.locator(".mine.confirmed")).to_have_count(number)


def reminders(said: Locator) -> Locator:
    """Return the cards of reminders in the chat."""
    return said.locator(".card", has_text="提醒")
