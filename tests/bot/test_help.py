"""What one is offered: short, numbered, each number works; staff and leaders read a line more."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.areas import tree
from server.people import identities, posts
from server.people.models import App, Role
from server.runtime import Runtime
from server.volunteers.models import Activity
from tests.bot.driver import Phone
from tests.factories import an_activity

MOST_LINES = 10


def id_of(runtime: Runtime, phone: Phone) -> int:
    with runtime.db.reading() as session:
        known = identities.recognise(session, App.OFFICIAL, phone.openid)
        assert known is not None
        return known.person_id


@pytest.mark.parametrize("words", ["帮助", "菜单", "０", "床前明月光", "更多功能"])
def test_help_is_short_and_numbered(zhao: Phone, words: str) -> None:
    lines = zhao.says(words).splitlines()

    assert len(lines) <= MOST_LINES
    numbers = [line[0] for line in lines if line[0].isdigit()]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("1", "没有正在招募"),
        ("2", "您现在没有报名"),
        ("3", "现在没有您的班次要签到"),
        ("4", "您还没有服务记录"),
        ("5", "您还没有已生效的服务时长"),
        ("6", "需要什么帮助"),
        ("7", "请先停稳"),
        ("8", "还可以回复编号或文字："),
        ("更多", "还可以回复编号或文字："),
    ],
)
def test_every_number_of_the_help_leads_on(zhao: Phone, number: str, answer: str) -> None:
    zhao.says("帮助")

    assert answer in zhao.says(number)


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("1", "现在还没有志愿队伍"),
        ("2", "您已生效0小时"),
        ("3", "您的报名日历"),
        ("4", "监护验证码"),
        ("5", "绑定码"),
        ("6", "还没有给您的消息"),
        ("7", "提醒：开着"),
        ("8", "隐私说明"),
        ("9", "1. 驿站：找最近开着的"),
    ],
)
def test_every_number_of_the_second_page_leads_on(zhao: Phone, number: str, answer: str) -> None:
    zhao.says("更多功能")

    assert answer in zhao.says(number)


def test_staff_and_leaders_read_their_line_and_nobody_elses(
    runtime: Runtime, zhao: Phone, phone: Callable[[], Phone]
) -> None:
    worker, keeper, leader = phone(), phone(), phone()
    for one in (worker, keeper, leader):
        one.follows()
    with runtime.db.transaction() as session:
        now, root = runtime.now(), tree.root(session)
        until = now + timedelta(days=1)
        for one, role in ((worker, Role.GRID_WORKER), (keeper, Role.SYSTEM_ADMIN)):
            known = identities.welcome(session, App.OFFICIAL, one.openid, now)
            posts.appoint(session, known.person_id, role, root, now, until=until)
        known = identities.welcome(session, App.OFFICIAL, leader.openid, now)
        led = an_activity(session, now)
        session.get_one(Activity, led.id).leader_id = known.person_id

    assert "待办" in worker.says("帮助")
    assert "待办" not in keeper.says("帮助")
    assert "管理台" in keeper.says("帮助")
    assert "现场码" in leader.says("帮助")
    assert "管理台" not in leader.says("帮助")
    assert not [word for word in ("待办", "管理台", "现场码") if word in zhao.says("帮助")]


def test_a_word_of_thanks_is_answered_and_leaves_the_list_as_it_was(zhao: Phone) -> None:
    zhao.says("帮助")

    assert zhao.says("好的，谢谢！").startswith("不客气")
    assert "您现在没有报名" in zhao.says("2")


@pytest.mark.parametrize("words", ["我老伴需要人帮忙搬家", "有没有人能帮我修水管", "想请人修下灯"])
def test_who_asks_for_help_without_the_word_is_asked_whether_they_mean_it(
    zhao: Phone, words: str
) -> None:
    assert "登记成求助吗" in zhao.says(words)
    assert "在哪里" in zhao.says("1")
