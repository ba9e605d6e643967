"""The mini-program's pages on the phone page, over the real service: as people use them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import requests
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.notices import delivery, outbox
from server.people import acquaintance
from server.people.models import Channel, Role
from server.runtime import Runtime
from server.staff.reach import Reach
from server.volunteers.attendance import codes
from server.volunteers.attendance.codes import Direction
from server.volunteers.models import Activity, Need, TeamKind
from server.volunteers.needs import answers, needs, views
from server.volunteers.teams import membership, teams
from tests.clock import Clock
from tests.factories import an_activity
from tests.journeys import people
from tests.journeys.mini import Mini
from tests.phone import Emulator, Phone
from tests.server.volunteers.staff import a_reach
from tests.server.volunteers.stars.acts import a_published_star
from tests.serving import Place
from tests.windows import PHONE, open_browser, open_window

WORDS = "帮三楼的老人搬两个柜子"
AT = "柳北社区3号楼501"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def mini(browser: Browser, emulator_place: Place, service: str) -> Iterator[Mini]:
    """The phone page on a phone's screen; a word in the browser's console fails the test."""
    with open_window(browser, PHONE) as (page, said):
        yield Mini(page, emulator_place.url)
    # the browser tells of every answer that is a refusal; those are looked at in the test
    assert [word for word in said if "Failed to load resource" not in word] == []


@dataclass
class Cast:
    """Who takes part: a volunteer, the leader of team 1, and the reach of the staff."""

    volunteer: Phone
    leader: Phone
    staff: Reach


@pytest.fixture
def cast(emulator: Emulator, service: str, runtime: Runtime) -> Cast:
    volunteer, leader = emulator.follower("林小满"), emulator.follower("张志强")
    acquaintance.ask(runtime)
    with runtime.db.transaction() as session:
        now = runtime.now()
        people.plant(session)
        staff = a_reach(session, now, Role.DISTRICT_OPERATOR)
        team = teams.found(session, staff, teams.Described("青年先锋队", TeamKind.YOUTH, "N"), now)
        person = people.person_of(session, leader, runtime)
        asked = membership.join(session, person, team.id, now, channel=Channel.CHAT)
        membership.decide_for(session, staff, asked.member_id, True, now)
        teams.appoint(session, staff, team.id, asked.member_id, now)
    return Cast(volunteer, leader, staff)


@pytest.fixture
def shift(cast: Cast, runtime: Runtime) -> int:
    """A shift of the leader's that begins in ten minutes; the volunteer has a place."""
    with runtime.db.transaction() as session:
        facts = {"title": "示例读报", "capacity": 9, "starts_in": timedelta(minutes=10)}
        view = an_activity(session, runtime.now(), **facts)
        leader = people.person_of(session, cast.leader, runtime)
        session.get_one(Activity, view.id).leader_id = leader
    assert cast.volunteer.say(f"报名 {view.number}").startswith("报名成功")
    return view.shifts[0].id


def full_width(digits: str) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


def test_one_comes_and_goes_and_the_hours_become_a_certificate(
    mini: Mini, cast: Cast, shift: int, runtime: Runtime, clock: Clock, pass_by: Callable
) -> None:
    found: list[str] = []
    mini.open(cast.volunteer, "checkin")
    mini.sees("还没签到")
    found += mini.flaws("checkin")
    mini.fill("现场码", "1234")
    mini.press("签到")
    mini.told("这不像签到码")
    mini.fill("现场码", "00000000")
    mini.press("签到")
    mini.told("签到码不对")
    shown = codes.show(shift, Direction.IN, runtime.now(), runtime.vault).digits
    mini.fill("现场码", full_width(shown))
    mini.press("签到")
    mini.told("已签到：示例读报")
    mini.sees("3月9日 09:00 到场")

    clock.advance(hours=2, minutes=10)
    mini.press("签退")
    mini.press("签退", mini.sheet())
    mini.told("已签退")

    mini.open(cast.volunteer, "records")
    mini.sees("130 分钟")
    mini.sees("待确认，最晚 2026-03-23")
    mini.press("明细")
    mini.sees("按签到、签退时间记录")
    mini.press("有异议")
    found += mini.flaws("records")
    mini.fill("哪里不对", "我到十一点半才走")
    cast.volunteer.say("帮助")
    expect(mini.page.locator("#tab-chat .dot")).to_be_visible()
    expect(mini.page.get_by_label("哪里不对").first).to_have_value("我到十一点半才走")
    mini.press("提交异议")
    mini.told("收到您的异议，2026-03-16 前答复您。")
    mini.sees("异议办理中")
    mini.press("撤回异议")
    mini.told("已撤回异议")

    mini.open(cast.leader, "leading")
    mini.press("去核定")
    expect(mini.sheet()).to_contain_text("130 分钟")
    found += mini.flaws("confirming")
    mini.press("核定勾选的时长", mini.sheet())
    mini.told("已核定 1 人的时长。")

    clock.advance(days=8)
    pass_by("finish-hours")
    found += a_certificate_is_had(mini, cast)
    assert found == []


def a_certificate_is_had(mini: Mini, cast: Cast) -> list[str]:
    mini.open(cast.volunteer, "certificates")
    mini.press("领取证明")
    mini.told("证明上要写您的姓名")
    mini.open(cast.volunteer, "account")
    mini.fill("姓名", "林小满")
    mini.press("保存")
    mini.told("已保存。")
    mini.open(cast.volunteer, "certificates")
    mini.press("领取证明")
    mini.told("证明开好了")
    mini.sees("2 小时")
    found = mini.flaws("certificates")

    link, verify = (
        mini.page.get_by_role("link", name=words).get_attribute("href") or ""
        for words in ("打开 PDF", "核验页面")
    )
    assert requests.get(link, timeout=10).headers["Content-Type"] == "application/pdf"
    assert "证明有效" in requests.get(verify, timeout=10).text
    mini.open(cast.volunteer, "stars")
    mini.sees("再服务满 98 小时，可以申请 1 星。")
    return found + mini.flaws("stars")


def test_a_need_is_told_followed_taken_back_and_rated(
    mini: Mini, cast: Cast, runtime: Runtime
) -> None:
    mini.open(cast.volunteer, "needs")
    mini.fill("写清楚要帮什么", WORDS)
    mini.fill("在哪里", "火星社区")
    mini.press("提交求助")
    mini.told("没有找到这个地方")
    mini.fill("在哪里", AT)
    mini.page.locator("summary").click()
    mini.press("需要搬抬")
    found = mini.flaws("need-form")
    mini.fill("联系电话", "138 0000 1234")
    mini.press("提交求助")
    mini.told("已收到，编号 1。")
    mini.sees("待受理")
    expect(mini.page.get_by_label("写清楚要帮什么")).to_have_value("")
    mini.fill("写清楚要帮什么", "想找人教我用手机")
    mini.press("提交求助")
    mini.told("已收到，编号 2。")
    mini.press("撤回", mini.page.locator("[data-need]").first)
    mini.press("撤回", mini.sheet())
    mini.told("已撤回 2 号求助。")

    with runtime.db.transaction() as session:
        _serve(session, cast.staff, views.id_of(session, 1), runtime)
    mini.press("刷新")
    mini.sees("办理结果：搬好了")
    mini.press("进展", mini.page.locator("[data-need]").nth(1))
    mini.sees("提出求助")
    found += mini.flaws("needs")
    mini.press("5 分")
    mini.told("谢谢，您评了 5 分。")
    mini.sees("已评价")

    assert found == []
    with runtime.db.reading() as session:
        need = session.get_one(Need, views.id_of(session, 1))
        assert runtime.vault.open(need.address, f"need:{need.id}:address") == "3号楼501"


def _serve(session: Session, staff: Reach, need_id: int, runtime: Runtime) -> None:
    now = runtime.now()
    needs.verify(session, staff, need_id, now, channel=Channel.CONSOLE)
    needs.dispatch(session, staff, need_id, 1, now, channel=Channel.CONSOLE)
    answers.accept_for(session, staff, need_id, 1, now, channel=Channel.CONSOLE)
    needs.finish(session, staff, need_id, "搬好了", now, channel=Channel.CONSOLE)


def test_of_several_places_one_is_chosen(mini: Mini, cast: Cast, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        street = session.get_one(Area, tree.by_code(session, "S").id)
        tree.plant(session, "N2", "柳北新社区", tree.AreaKind.COMMUNITY, street)
    mini.open(cast.volunteer, "needs")
    mini.fill("写清楚要帮什么", WORDS)
    mini.fill("在哪里", "柳北")
    mini.press("提交求助")

    expect(mini.sheet()).to_contain_text("示例街道")
    mini.sheet().get_by_role("button", name="柳北新社区").click()

    mini.told("已收到")
    mini.sees("柳北新社区")


def test_a_team_is_joined_and_its_leader_answers(
    mini: Mini, cast: Cast, runtime: Runtime, emulator: Emulator
) -> None:
    mini.open(cast.volunteer, "teams")
    found = mini.flaws("teams")
    mini.press("申请加入")
    mini.told("已申请")
    mini.sees("等待通过")
    for words in ("帮老人搬家", "帮老人读报"):
        cast.volunteer.say(f"求助 {words} 柳北社区")
    with runtime.db.transaction() as session:
        now = runtime.now()
        for number in (1, 2):
            need_id = views.id_of(session, number)
            needs.verify(session, cast.staff, need_id, now, channel=Channel.CONSOLE)
            needs.dispatch(session, cast.staff, need_id, 1, now, channel=Channel.CONSOLE)

    mini.open(cast.volunteer, "mine")
    expect(mini.page.locator(".tile", has_text="带队")).to_have_count(0)
    mini.open(cast.leader, "mine")
    mini.press("带队")
    mini.sees("想加入“青年先锋队”")
    found += mini.flaws("leading")
    mini.press("通过")
    mini.told("已通过，已告诉本人。")
    mini.press("接单", mini.page.locator("[data-need]").first)
    mini.told("已接单：1 号。")
    mini.press("做不了", mini.page.locator("[data-need]").last)
    mini.fill("为什么做不了", "这周人手不够")
    mini.press("退单")
    mini.told("已退单：2 号")

    mini.open(cast.volunteer, "teams")
    mini.sees("已加入")
    mini.press("退出")
    mini.press("退出", mini.sheet())
    mini.told("已退出“青年先锋队”。")
    assert found == []


def test_the_leader_shows_codes_marks_the_roster_and_adds_somebody(
    mini: Mini, cast: Cast, shift: int, runtime: Runtime, emulator: Emulator
) -> None:
    walker = emulator.follower("何秀英")
    own = re.search(r"\d{8}", walker.say("出示"))
    assert own
    mini.open(cast.leader, "leading")
    mini.press("现场码")
    shown = codes.show(shift, Direction.IN, runtime.now(), runtime.vault).digits
    expect(mini.sheet()).to_contain_text(f"{shown[:4]} {shown[4:]}")
    screen = mini.sheet().get_by_role("link", name="打开投屏页面").get_attribute("href") or ""
    assert requests.get(screen, timeout=10).status_code == 200
    found = mini.flaws("codes")
    mini.press("关闭")

    mini.press("名单")
    expect(mini.sheet()).to_contain_text("没到")
    found += mini.flaws("roster")
    mini.press("到场", mini.sheet())
    mini.told("已记 1 人。")
    mini.fill("加上没报名的人", "不认识的人")
    mini.press("加上")
    mini.told("没有找到这个人")
    mini.fill("加上没报名的人", own[0])
    mini.press("加上")
    mini.told("已记到场 1 人。")
    expect(mini.sheet().locator(".roster li")).to_have_count(2)

    assert found == []


def test_the_account_keeps_years_guardians_calendar_and_leaving(
    mini: Mini, cast: Cast, emulator: Emulator, runtime: Runtime
) -> None:
    child = emulator.follower("小明")
    child.say("出生 2012")
    code = re.search(r"\d{6}", child.say("监护人"))
    assert code
    mini.open(cast.volunteer, "account")
    mini.fill("出生年份", "八五年")
    mini.press("保存")
    mini.told("出生年份请写四位数字")
    mini.fill("出生年份", full_width("1985"))
    mini.press("保存")
    mini.told("已保存。")
    mini.fill("我是监护人", "１２３４５６")
    mini.press("同意")
    mini.told("验证码不对或已过期")
    mini.fill("我是监护人", full_width(code[0]))
    mini.press("同意")
    mini.told("您已同意孩子参加志愿服务")
    mini.sees("我同意了孩子参加")
    reminders = mini.page.get_by_role("switch", name="接收活动提醒")
    expect(reminders).to_be_checked()
    reminders.click()
    expect(reminders).not_to_be_checked()
    assert "提醒已停止" in cast.volunteer.say("提醒")
    mini.press("取日历地址")
    mini.sees("/calendar/")
    found = mini.flaws("account")
    mini.press("导出我的数据")
    expect(mini.sheet()).to_contain_text("基本信息")
    found += mini.flaws("copy")
    mini.press("关闭")
    mini.press("注销账号")
    mini.press("注销", mini.sheet())
    mini.told("已登记注销，3月16日 09:00 之后删除。")
    mini.press("撤销注销")
    mini.told("已撤销注销")
    assert found == []


def test_a_published_star_is_seen_and_objected_to(mini: Mini, cast: Cast, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        area = tree.by_code(session, "N").id
        a_published_star(session, runtime.now(), runtime.vault, area)
    mini.open(cast.volunteer, "stars")
    mini.sees("1 星")
    mini.press("有异议")
    found = mini.flaws("stars-published")
    mini.fill("哪里不对", "那天的活动他没有参加。")
    mini.press("提交异议")
    mini.told("收到您的异议")

    assert found == []


def test_what_wechat_could_not_carry_is_read_in_the_inbox(
    mini: Mini, cast: Cast, runtime: Runtime, clock: Clock
) -> None:
    dot = mini.page.locator(".mini-bar .dot")
    mini.open(cast.volunteer, "inbox")
    mini.sees("还没有给您的消息")
    expect(dot).to_have_count(0)
    found = mini.flaws("inbox-empty")
    cast.volunteer.do("unfollow")
    for number in range(1, 13):
        told(runtime, cast.volunteer, number)
        clock.advance(minutes=1)
    assert delivery.deliver(runtime)["unreachable all"] == 12

    mini.open(cast.volunteer, "mine")
    expect(dot).to_have_text("12 条没看的消息")
    found += mini.flaws("mine-unread")
    mini.page.get_by_role("button", name="消息 12 条没看的消息").click()
    first = mini.page.locator("[data-message]").first
    expect(first).to_contain_text("求助已受理")
    expect(first).to_contain_text("您的求助12号“读报”已受理")
    expect(first).to_contain_text("可能没有发到微信")
    expect(first.get_by_text("新", exact=True)).to_be_visible()
    expect(mini.page.locator("[data-message]")).to_have_count(10)
    expect(dot).to_have_count(0)
    found += mini.flaws("inbox")
    mini.press("更早的消息")
    expect(mini.page.locator("[data-message]")).to_have_count(12)
    expect(mini.page.locator("[data-message]").last).to_contain_text("求助1号")

    mini.press("返回我的")
    mini.sees("我的报名")
    expect(mini.page.locator("#mini .dot")).to_have_count(0)
    mini.press("消息")
    expect(first).to_contain_text("求助12号")
    expect(first.get_by_text("新", exact=True)).to_have_count(0)
    assert found == []


def told(runtime: Runtime, phone: Phone, number: int) -> None:
    """Queue news for this person, and let it be told in its own message."""
    with runtime.db.transaction() as session:
        person = people.person_of(session, phone, runtime)
        facts = {
            "number": number,
            "title": "读报",
            "note": "无",
            "reason": "无",
            "at": runtime.now(),
        }
        key = f"needs.verified:{number}"
        outbox.queue(session, person, "needs.verified", key, runtime.now(), facts)
