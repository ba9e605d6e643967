"""The whole loop: from a need in a chat to a certificate that was corrected, played by everybody.

Six people hold phones or stand at the counter, two of staff sit at browsers, and the clock is moved
by the test. Each step is asked what its person reads; the day is 2026-03-09 (a Monday) at first.
"""

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import expect
from sqlalchemy import select

from server.audit import trail
from server.audit.models import AuditEntry
from server.volunteers.models import RecordState, ServiceRecord
from tests.journeys import paper, people
from tests.journeys.loop import Loop, staged
from tests.journeys.people import eight
from tests.pictures import keep
from tests.windows import PHONE, open_browser

NEED = "帮三楼的老人把两个旧柜子搬到楼下"
SERVED = {"林小满": 100, "周建国": 95, "赵一平": 120, "孙丽华": 120}
"""Minutes that stand in the records when the shift is over, by person."""


@pytest.fixture
def loop(emulator, service, runtime, clock, pass_by) -> Iterator[Loop]:
    with (
        open_browser() as browser,
        staged(browser, emulator, service, runtime, clock, pass_by) as everybody,
    ):
        yield everybody


def test_from_a_need_in_chat_to_a_certificate_that_was_corrected(loop: Loop) -> None:
    the_clerk_signs_in(loop)
    a_team_comes_together(loop)
    a_need_is_raised_and_dispatched(loop)
    it_is_accepted_and_planned(loop)
    three_sign_up(loop)
    they_come(loop)
    they_leave(loop)
    the_hours_are_confirmed(loop)
    the_hours_become_final(loop)
    verify = a_certificate_is_issued(loop)
    it_is_valid(loop, verify)
    a_minute_is_disputed_and_amended(loop)
    it_is_superseded(loop, verify)
    the_need_is_rated_and_closed(loop)

    with loop.runtime.db.reading() as session:
        proof = trail.verify(session)
        deeds = session.scalars(select(AuditEntry.action)).all()
    assert (proof.flaw, proof.length) == (None, len(deeds))
    expected = "need.verified need.dispatched need.done records.confirmed dispute.amended"
    assert set(expected.split()) <= set(deeds), deeds


def the_clerk_signs_in(loop: Loop) -> None:
    page = loop.clerk.page
    people.sign_in_by_chat(loop.clerk, loop.clerk_phone, lambda: keep(page, "sign-in-by-wechat"))
    loop.clerk.sees("没有待办，都办完了。")


def a_team_comes_together(loop: Loop) -> None:
    clerk, leader = loop.clerk, loop.leader
    clerk.open("/teams")
    clerk.follow("新建队伍")
    clerk.fill(name="示例青年先锋队", about="周末上门帮忙。")
    clerk.page.get_by_label("青年", exact=True).check()
    clerk.page.get_by_label("服务的区域").select_option(label="柳北社区")
    clerk.press("新建", "已新建，1号队伍")

    leader.say("我叫 张志强")
    assert "已申请加入“示例青年先锋队”" in leader.say("加入 1")

    clerk.page.reload()
    keep(clerk.page, "team")
    clerk.press("通过", "队员")
    clerk.press("设为负责人", "负责人")


def a_need_is_raised_and_dispatched(loop: Loop) -> None:
    clerk, asker = loop.clerk, loop.asker
    assert "编号1" in asker.say(f"求助 {NEED} 柳北社区")

    clerk.open("/")
    keep(clerk.page, "queue")
    clerk.row("1号").get_by_role("link", name="去办").click()
    clerk.sees(NEED)
    keep(clerk.page, "need")
    clerk.press("受理", "已受理，请接着派单。")
    loop.tell()
    assert "已受理" in asker.pushed()[-1]

    clerk.page.get_by_label("示例青年先锋队").check()
    keep(clerk.page, "need-dispatch")
    clerk.press("派单", "已派单，已通知队伍负责人。")
    loop.tell()
    assert "接单 1" in loop.leader.pushed()[-1]


def it_is_accepted_and_planned(loop: Loop) -> None:
    clerk, asker = loop.clerk, loop.asker
    assert "已接单：1号" in loop.leader.say("接单 1")

    clerk.page.reload()
    clerk.fill(day="2026-03-11", begins="14:00", ends="16:00", capacity="5", title="帮老人搬柜子")
    expect(clerk.page.get_by_label("带队人")).to_have_value("张志强")
    keep(clerk.page, "need-plan")
    clerk.press("发布活动", "已安排：1号活动")

    loop.tell()
    assert "定在3月11日（周三）14:00服务" in asker.pushed()[-1]
    assert "队伍已接单" in asker.say("我的求助")


def three_sign_up(loop: Loop) -> None:
    chatter, caller, clerk = loop.chatter, loop.caller, loop.clerk
    chatter.say("我叫 林小满")
    assert "帮老人搬柜子" in chatter.say("活动")
    assert chatter.say("报名 1").startswith("报名成功")

    caller.say("我叫 周建国")
    listed = caller.call("GET", "/api/v1/activities")["body"]["items"]
    shift = listed[0]["shifts"][0]["id"]
    taken = caller.call("PUT", f"/api/v1/shifts/{shift}/signup")
    assert (taken["status"], taken["body"]["state"]) == (200, "confirmed")

    registered(loop, "赵一平", "13900000001")
    registered(loop, "孙丽华", "13900000002")
    clerk.open("/activities")
    clerk.follow("1. 帮老人搬柜子")
    keep(clerk.page, "activity")
    clerk.follow("代报名")
    clerk.fill(word="13900000001")
    clerk.press("报名", "3/5")


def registered(loop: Loop, name: str, phone: str) -> None:
    """Put somebody without WeChat down at the counter."""
    clerk = loop.clerk
    clerk.open("/people/new")
    clerk.fill(name=name, phone=phone)
    clerk.page.get_by_label("已征得本人同意").check()
    clerk.press("登记", "已登记。")


def they_come(loop: Loop) -> None:
    """Three of the four ways to check in; the fourth follows when paper is keyed in."""
    leader, screen = loop.leader, loop.code_screen
    loop.at(11, 13, 55)
    shown = leader.say("现场码")
    address = re.search(r"/console(/screen/\S+)", shown)
    assert address, shown
    screen.open(f"{address[1]}?way=in")
    keep(screen.page, "code-screen")
    code = eight(screen.page.locator(".code-now strong").inner_text())
    for _ in range(2):
        assert "已签到：帮老人搬柜子\n到场：3月11日（周三）13:55" in loop.chatter.say(
            f"签到 {code}"
        )

    loop.at(11, 14, 0)
    own = eight(loop.caller.say("出示"))
    assert "已记到场1人" in leader.say(f"到场 {own}")

    missing = leader.say("名单")
    assert "赵*平" in missing
    assert "林小满" not in missing
    number = re.search(r"(\d+)\. 赵", missing)
    assert number, missing
    assert "已记到场1人" in leader.say(f"到场 {number[1]}")


def they_leave(loop: Loop) -> None:
    screen, clerk = loop.code_screen, loop.clerk
    loop.at(11, 15, 35)
    screen.page.get_by_role("link", name="签退").click()
    code = eight(screen.page.locator(".code-now strong").inner_text())
    assert "已签退：帮老人搬柜子" in loop.chatter.say(f"签退 {code}")
    assert "已签退：帮老人搬柜子" in loop.caller.say("签退")
    screen.page.goto("about:blank")
    clerk.open("/shifts")
    clerk.follow("名单")
    clerk.sees("签到码")
    keep(clerk.page, "roster", PHONE)

    loop.at(11, 16, 30)
    clerk.follow("补录纸质签到")
    clerk.fill(who="13900000002", evidence="纸质签到表第1页第4行，带队人签字")
    keep(clerk.page, "paper")
    clerk.press("记下这一行", "已记下，可以接着录下一个人。")


def the_hours_are_confirmed(loop: Loop) -> None:
    clerk = loop.clerk
    loop.at(12, 9)
    clerk.open("/records")
    clerk.follow("去核定")
    shown = clerk.page.locator("main input[type=number]").evaluate_all(
        "all => all.map(i => i.value)"
    )
    keep(clerk.page, "hours")
    clerk.press("核定勾选的时长", "已核定4人的时长。")

    assert sorted(map(int, shown)) == sorted(SERVED.values())
    assert minutes(loop) == sorted((each, RecordState.CONFIRMED) for each in SERVED.values())


def the_hours_become_final(loop: Loop) -> None:
    assert "公示中" in loop.chatter.say("时长")
    loop.at(20, 9)

    assert minutes(loop) == sorted((each, RecordState.FINAL) for each in SERVED.values())
    assert "已生效" in loop.chatter.say("时长")


def minutes(loop: Loop) -> list[tuple[int, RecordState]]:
    """Return the minutes and states of all records."""
    with loop.runtime.db.reading() as session:
        rows = session.execute(select(ServiceRecord.minutes, ServiceRecord.state))
        return sorted((row.minutes, row.state) for row in rows)


def a_certificate_is_issued(loop: Loop) -> str:
    """Ask for it in chat and read the paper; return the address at which it is verified."""
    said = loop.chatter.say("证书")
    addresses = re.findall(r"https?://\S+", said)
    link, verify = addresses
    answer = requests.get(link, timeout=10)
    assert answer.headers["Content-Type"] == "application/pdf"

    text, codes = paper.read(answer.content)
    for words in ("志愿服务记录证明", "林小满", "帮老人搬柜子", "100分钟", "2026-03-11"):
        assert words in text, words
    assert codes == [verify]
    return verify


def it_is_valid(loop: Loop, verify: str) -> None:
    page = loop.code_screen.page
    page.goto(verify)
    expect(page.locator("main")).to_contain_text("证明有效")
    expect(page.locator("main")).to_contain_text("1.5小时（1次）")
    expect(page.locator("main")).not_to_contain_text("林小满")
    keep(page, "verify")


def a_minute_is_disputed_and_amended(loop: Loop) -> None:
    clerk, colleague, chatter = loop.clerk, loop.colleague, loop.chatter
    assert "收到您对“帮老人搬柜子”" in chatter.say("异议 1 我到16点才走，屏幕先关了")

    clerk.open("/disputes")
    clerk.follow("去答复")
    clerk.sees("请由另一位同事答复")
    expect(clerk.page.get_by_role("button", name="答复")).to_have_count(0)

    colleague.open("/")
    colleague.row("异议").get_by_role("link", name="去办").click()
    colleague.press("查看原话", "我到16点才走")
    colleague.page.get_by_label("更正分钟数").check()
    colleague.fill(minutes="120", answer="问过带队人，确实到16点。")
    keep(colleague.page, "dispute")
    colleague.press("答复", "已答复，本人会收到通知。")

    loop.tell()
    told = "\n".join(chatter.pushed()[-2:])
    assert "问过带队人，确实到16点。" in told
    assert "现在记120分钟" in told
    assert "已失效" in told


def it_is_superseded(loop: Loop, verify: str) -> None:
    page = loop.code_screen.page
    page.goto(verify)
    expect(page.locator("main")).to_contain_text("证明已失效")

    said = loop.chatter.say("证书")
    assert verify not in said
    page.goto(re.findall(r"https?://\S+", said)[1])
    expect(page.locator("main")).to_contain_text("证明有效")
    expect(page.locator("main")).to_contain_text("2小时（1次）")


def the_need_is_rated_and_closed(loop: Loop) -> None:
    clerk, asker = loop.clerk, loop.asker
    clerk.open("/needs")
    clerk.follow(re.compile("^1号"))
    clerk.sees("正在服务")
    clerk.fill(closing_note="四位志愿者搬完了两个柜子。")
    clerk.press("办结", "已办结，已请求助人评价。")
    loop.tell()
    assert "进度：已经办结" in asker.pushed()[-1]

    assert "已办结，待评价" in asker.say("我的求助")
    assert "四位志愿者搬完了两个柜子。" in asker.say("1")
    assert "评了5分" in asker.say("评价 1 5 很满意")

    clerk.page.reload()
    clerk.fill(said="老人很高兴，柜子已经卖掉。")
    clerk.press("记下并结束", "已记下回访")
    keep(clerk.page, "need-closed")
    assert "已结束" in asker.say("我的求助")
