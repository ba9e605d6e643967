"""A whole year of one branch: files, contacts, four quarters, reviews, and a letter at the end.

Twelve members, two contacts and a secretary live through 2026 by the test's clock, in the emulator
and in browsers: on time, late, told on the phone, missed, excused, objected. What went to their
phones is listed at the end.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import request_finished
from playwright.sync_api import expect

from config.wording import LOCAL
from server.party import telling
from server.party.models import ReviewState
from tests.journeys import closing, founding, letters, quarters, told
from tests.journeys.branch import BY_CHAT, CALLED, NAMES, Year, staged
from tests.journeys.looks import Looks
from tests.journeys.quarters import FIRST, SECOND
from tests.journeys.told import Came, Told
from tests.windows import open_browser

JIA, YI, BING, DING, WU, JI, GENG, XIN, REN, GUI = BY_CHAT


@pytest.fixture
def year(
    app, emulator, service, runtime, clock, pass_by, monkeypatch, tmp_path: Path
) -> Iterator[Year]:
    looks = Looks()
    # some two hundred pages are opened: their pictures and scripts need not be asked for each time
    monkeypatch.setitem(app.config, "SEND_FILE_MAX_AGE_DEFAULT", 3600)
    with (
        request_finished.connected_to(looks.note, app),
        open_browser() as browser,
        staged(browser, emulator, service, runtime, clock, pass_by, tmp_path, looks) as everybody,
    ):
        yield everybody


def test_a_year_of_one_branch(year: Year) -> None:
    founding.a_branch_is_founded(year)
    founding.its_members_are_put_down(year)
    founding.they_join_and_confirm(year)
    founding.each_has_a_contact(year)
    the_first_quarter(year)
    its_reviews(year)
    the_second_quarter(year)
    the_third_quarter(year)
    one_is_silent_for_long(year)
    one_goes_home_and_a_contact_leaves(year)
    the_fourth_quarter(year)
    letters.are_written_and_sent(year)
    letters.are_answered(year)
    letters.a_need_is_solved(year)
    the_last_reviews(year)
    closing.the_host_reads_what_it_may(year)
    closing.the_packs_are_taken(year)
    closing.every_look_is_in_the_log(year)
    closing.nothing_stands_elsewhere(year)
    told.every_notice_is_expected(year)


def the_first_quarter(year: Year) -> None:
    """Eight are on time, one is late, two are asked on the phone, one has a reason for none."""
    year.at(2, 10)
    quarters.called(year, FIRST, *NAMES[1::2])
    quarters.visited(year, *NAMES[0::2])
    year.at(3, 13)
    for name in BY_CHAT[:8]:
        assert "季度的汇报交好了" in quarters.reports_at_first(year, name)
    quarters.told_at_the_console(year, year.secretary, CALLED[0])
    quarters.told_to(year, FIRST, CALLED[1], known=False)
    year.at(4, 12)
    assert "补交好了" in quarters.reports_at_first(year, GUI)
    year.at(4, 22)
    year.opened(year.second, REN, "/report?quarter=2026Q1")
    year.second.fill(reason="住院，联系不方便")
    year.second.press("记下原因", "已记下原因")
    one_is_asked_and_all_are_accepted(year)


def one_is_asked_and_all_are_accepted(year: Year) -> None:
    secretary, question = year.secretary, "线上学习学了什么"
    year.opened(secretary, BING, "/report?quarter=2026Q1")
    secretary.fill(question=question)
    secretary.press("退回，问这个问题", "已退回")
    year.works()
    assert question in year.says(BING, "组织消息", "1")
    assert "已交给支部" in year.says(BING, "学了安全驾驶")
    quarters.accepted(year, "2026Q1", BING, version=2)
    for name in NAMES:
        if name not in (BING, REN):
            quarters.accepted(year, "2026Q1", name)


def its_reviews(year: Year) -> None:
    """The desk works late; whoever is told hears of it in the morning."""
    year.at(4, 23, 22)
    quarters.decided_by_hand(year, "2026Q1", DING, "优秀", "带着老乡一起学，帮新人安家")
    quarters.proposals_accepted(year, "2026Q1", by_system=11, shown=12)
    year.works()
    year.at(4, 25)
    quarters.has_nothing_against_it(year, *BY_CHAT[:7])
    quarters.objects(year, XIN, "我还参加了两次主题党日")
    quarters.nods_on_the_phone(year, "2026Q1", CALLED[0])
    quarters.ends_after_the_reply(year, "2026Q1", XIN, (5, 12), "记上了，下季度一起算")


def the_second_quarter(year: Year) -> None:
    """Answers are known by now: six short messages; one takes the mini-program, one is silent."""
    year.at(5, 20)
    quarters.called(year, FIRST, *NAMES[1::2])
    quarters.called(year, SECOND, *NAMES[0::2])
    year.before_work(6, 11, 8)
    quarters.reports_as_before(year, JIA)
    year.at(6, 11)
    year.at(6, 12)
    for name in (BING, DING, WU, GENG, XIN, GUI):
        quarters.reports_as_before(year, name)
    assert "交好了" in quarters.reports_at_first(year, REN)
    quarters.reports_by_mini_program(year, YI)
    quarters.told_by_contacts(year)
    year.at(7, 23)
    quarters.decided_by_hand(year, "2026Q2", JI, "合格", "没交汇报，可每次活动都来")
    quarters.proposals_accepted(year, "2026Q2", by_system=11, shown=12)
    year.at(7, 25)
    quarters.has_nothing_against_it(year, JIA, YI, BING, DING)
    quarters.objects(year, GENG, "我做过志愿服务")
    quarters.ends_after_the_reply(year, "2026Q2", GENG, (8, 12), "查到了，改为优秀", "优秀")


def the_third_quarter(year: Year) -> None:
    year.at(8, 20)
    quarters.tries(year, FIRST, JI)
    quarters.called(year, FIRST, *(name for name in NAMES[1::2] if name != JI))
    quarters.called(year, SECOND, *NAMES[0::2])
    year.at(9, 12)
    for name in (each for each in BY_CHAT if each != JI):
        quarters.reports_as_before(year, name)
    quarters.told_by_contacts(year)
    for month, day in ((9, 25), (10, 12)):
        year.at(month, day)
        quarters.tries(year, FIRST, JI)


def one_is_silent_for_long(year: Year) -> None:
    """A person says that contact is broken, and a person that it was found again."""
    secretary = year.secretary
    year.at(10, 22)
    secretary.open("/party?due=broken")
    secretary.sees(JI)
    expect(secretary.page.locator("#members tbody tr")).to_have_count(1)
    year.opened(secretary, JI)
    quarters.sure(secretary, "记为联系中断", "已记为联系中断")
    quarters.decided_by_hand(year, "2026Q3", JI, "基本合格", "联系不上，等找到人再说")
    quarters.proposals_accepted(year, "2026Q3", by_system=11, shown=12)
    year.at(11, 5)
    quarters.called(year, FIRST, JI)
    year.opened(secretary, JI)
    secretary.press("恢复联系", "已恢复联系")
    quarters.objects(year, JI, "手机丢了，不是不想报")
    quarters.ends_after_the_reply(year, "2026Q3", JI, (11, 10), "知道了，先改为合格", "合格")


def one_goes_home_and_a_contact_leaves(year: Year) -> None:
    secretary, officer = year.secretary, year.windows["示例·小齐"]
    year.at(11, 12)
    quarters.called(year, FIRST, *NAMES[1::2])
    quarters.called(year, SECOND, *NAMES[0::2])
    year.opened(secretary, GENG)
    secretary.press("结束这份档案", "已结束这份档案")
    year.opened(secretary, YI)
    form = secretary.page.locator("form", has_text="全部移交")
    form.get_by_role("combobox").select_option(label=SECOND)
    secretary.press("全部移交", "已移交6人")
    officer.open("/party/branches")
    officer.row(FIRST).get_by_role("button", name="不再担任").click()
    expect(officer.row(FIRST)).to_have_count(0)
    assert SECOND in year.says(YI, "联系人")
    assert "记下了" not in year.staff[FIRST].say(f"联系了 {YI} 电话 一切都好")


def the_fourth_quarter(year: Year) -> None:
    """One contact keeps them all by now."""
    year.at(12, 13)
    for name in (each for each in BY_CHAT if each != GENG):
        quarters.reports_as_before(year, name)
    quarters.told_by_contacts(year, SECOND, SECOND)


def the_last_reviews(year: Year) -> None:
    year.at(1, 12, year=2027)
    quarters.decided_by_hand(year, "2026Q4", WU, "优秀", "帮三位新来的老乡安了家")
    quarters.proposals_accepted(year, "2026Q4", by_system=10, shown=11)
    year.at(1, 14, year=2027)
    left = [name for name in BY_CHAT if name != GENG]
    quarters.has_nothing_against_it(year, *left)
    year.at(2, 1, year=2027)
    assert len(quarters.stand(year, "2026Q4")) == len(NAMES) - 1
    assert set(quarters.stand(year, "2026Q4").values()) == {ReviewState.FINAL}


def test_control_what_must_not_go_is_seen() -> None:
    noon = datetime(2026, 3, 12, 12, tzinfo=LOCAL)
    one = Told(noon, telling.MEMBER, "report:2026Q1", JIA, noon)
    late = one._replace(at=noon.replace(hour=22))
    settled = {(JIA, "report:2026Q1"): Came(noon, None)}

    assert told.too_often([one] * 2) == []
    assert told.too_often([one] * 3) == [(JIA, "report:2026Q1")]
    assert told.twice_a_day([one, one]) == [(JIA, noon.date())]
    assert told.at_night([one, late], "08:00-22:00") == [late]
    assert told.after_it_came([one], {}) == []
    assert told.after_it_came([one], settled) == [one]
