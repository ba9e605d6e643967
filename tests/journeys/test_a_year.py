"""A whole year of one branch: files, contacts, four quarters, reviews, and a letter at the end.

Twelve members, two contacts and a secretary live through 2026 by the test's clock, in the emulator
and in browsers: on time, late, told on the phone, missed, excused, objected. What went to their
phones is listed at the end.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.branch import BRANCH, BY_CHAT, CALLED, HOST, NAMES, Year, a_list, staged
from tests.journeys.people import Window
from tests.windows import open_browser

CODE = re.compile(r"绑定 (\d+)")
TOLD = ("还在示例物流跑车", "都好，想多学点", "参加了线上学习", "没有")


@pytest.fixture
def year(emulator, service, runtime, clock, pass_by, tmp_path: Path) -> Iterator[Year]:
    with (
        open_browser() as browser,
        staged(browser, emulator, service, runtime, clock, pass_by, tmp_path) as everybody,
    ):
        yield everybody


def test_a_year_of_one_branch(year: Year) -> None:
    a_branch_is_founded(year)
    its_members_are_put_down(year)
    they_join_and_confirm(year)
    each_has_a_contact(year)
    the_first_quarter(year)


def a_branch_is_founded(year: Year) -> None:
    officer = year.officer
    officer.open("/party/branches")
    for name in (BRANCH, HOST):
        officer.fill(name=name)
        officer.page.get_by_label("属于哪个区域").select_option(label="柳北社区")
        officer.press("添加", name)
    for who, office in (("示例·老周", "书记"), ("示例·小吴", "委员"), ("示例·小郑", "委员")):
        card = officer.page.locator("section, .card").filter(has_text=BRANCH).first
        card.get_by_label("谁").select_option(label=who)
        card.get_by_label("职务").select_option(label=office)
        card.get_by_role("button", name="保存").click()
        expect(card).to_contain_text(who)


def its_members_are_put_down(year: Year) -> None:
    secretary = year.secretary
    secretary.open("/party/lists")
    secretary.page.get_by_label("导入名单").first.set_input_files(a_list(year.folder))
    secretary.press("上传并检查", "12行")
    secretary.press("全部导入", "新增12份档案")
    for name in NAMES:
        secretary.sees(name)


def they_join_and_confirm(year: Year) -> None:
    for name in BY_CHAT:
        code = offered_code(year, name)
        year.says(name, f"绑定 {code}")
        assert name in year.says(name, "我的档案")
        assert "已确认" in year.says(name, "1")
    for name in CALLED:
        year.opened(year.secretary, name)
        year.secretary.page.get_by_label(re.compile("已念给本人听")).check()
        year.secretary.press("记下本人的确认", "已记下本人的确认")
    assert "示例新村9号" in year.says("示例·流动乙", "搬家", "住址 示例新村9号")


def offered_code(year: Year, name: str) -> str:
    year.opened(year.secretary, name)
    year.secretary.press("请本人绑定微信", "绑定")
    found = CODE.search(year.secretary.page.locator("main").inner_text())
    assert found
    return found[1]


def each_has_a_contact(year: Year) -> None:
    for number, name in enumerate(NAMES):
        year.opened(year.secretary, name)
        contact = "示例·小吴" if number % 2 else "示例·小郑"
        year.secretary.page.get_by_label("联系人", exact=True).select_option(label=contact)
        year.secretary.press("确定", "已确定联系人")
    assert "示例·小吴" in year.says("示例·流动乙", "联系人")


def everybody_is_called(year: Year, month: int, day: int) -> None:
    """Let both contacts be in touch with all of theirs, by chat and at a phone's browser."""
    year.at(month, day)
    for name in NAMES[1::2]:
        assert "记下了" in year.first.say(f"联系了 {name} 电话 一切都好")
    for name in NAMES[0::2]:
        year.opened(year.second, name)
        year.second.fill(words="见了面，都好")
        year.second.page.get_by_label("怎么联系的").select_option(label="见面走访")
        year.second.press("记下联系", "已记下")


def reports(year: Year, name: str, first: bool = False) -> None:
    """Let a member report: all questions the first time, in six short messages ever after."""
    if first:
        assert "（1/4）" in year.says(name, "汇报")
        answer = year.says(name, *TOLD, "1")
    else:
        answer = year.says(name, "汇报", "1", "1", "1", "1", "1")
    assert "交好了" in answer


def told_on_the_phone(year: Year, window: Window, name: str) -> None:
    year.opened(window, name, "/report")
    window.fill(work=TOLD[0], thought=TOLD[1], life=TOLD[2], needs=TOLD[3])
    window.press("记下汇报", "已记下汇报")


def the_first_quarter(year: Year) -> None:
    everybody_is_called(year, 2, 10)
    year.at(3, 13)
    for name in BY_CHAT[:8]:
        reports(year, name, first=True)
    year.at(4, 12)
    assert "补交好了" in year.says(BY_CHAT[8], "汇报", *TOLD, "1")
    for name in CALLED:
        told_on_the_phone(year, year.secretary, name)
