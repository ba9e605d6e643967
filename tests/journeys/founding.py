"""How a branch's year begins: the branch, its list, who confirms their file, and contacts."""

import re

from playwright.sync_api import expect

from tests.journeys.branch import BRANCH, BY_CHAT, CALLED, HOST, NAMES, Year, a_list
from tests.journeys.quarters import FIRST, SECOND

CODE = re.compile(r"绑定 (\d+)")
SEATS = (
    (BRANCH, "示例·老周", "书记"),
    (BRANCH, SECOND, "委员"),
    (BRANCH, FIRST, "委员"),
    (HOST, "示例·小何", "书记"),
)
JIA, YI = BY_CHAT[:2]


def a_branch_is_founded(year: Year) -> None:
    officer = year.windows["示例·小齐"]
    officer.open("/party/branches")
    for name in (BRANCH, HOST):
        officer.fill(name=name)
        officer.page.get_by_label("属于哪个区域").select_option(label="柳北社区")
        officer.press("添加", name)
    for branch, who, office in SEATS:
        card = officer.page.locator("section, .card").filter(has_text=branch).first
        card.get_by_label("谁").select_option(label=who)
        card.get_by_label("职务").select_option(label=office)
        card.get_by_role("button", name="保存").click()
        expect(card.locator("tr", has_text=who)).to_have_count(1)


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
    assert "示例新村9号" in year.says(YI, "搬家", "住址 示例新村9号")


def offered_code(year: Year, name: str) -> str:
    year.opened(year.secretary, name)
    year.secretary.press("请本人绑定微信", "绑定")
    found = CODE.search(year.secretary.page.locator("main").inner_text())
    assert found
    return found[1]


def each_has_a_contact(year: Year) -> None:
    for number, name in enumerate(NAMES):
        year.opened(year.secretary, name)
        contact = FIRST if number % 2 else SECOND
        year.secretary.page.get_by_label("联系人", exact=True).select_option(label=contact)
        year.secretary.press("确定", "已确定联系人")
        if name in (JIA, YI):
            year.secretary.page.get_by_label("流入地支部").select_option(label=HOST)
            year.secretary.press("保存", "已保存")
    assert FIRST in year.says(YI, "联系人")
