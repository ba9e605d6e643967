"""Teams in chat: found, asked for, left; their leaders answer."""

import pytest
from sqlalchemy import select

from server.areas import tree
from server.areas.tree import AreaKind
from server.people import identities, posts
from server.people.models import App, Role
from server.runtime import Runtime
from server.staff import reach as reaches
from server.volunteers.models import MemberState, TeamKind, TeamMember
from server.volunteers.teams import membership, teams
from tests.bot.driver import Phone
from tests.factories import a_person


@pytest.fixture
def leader(runtime: Runtime, phone) -> Phone:
    """Somebody who leads the first of eight teams."""
    person = phone()
    person.follows()
    with runtime.db.transaction() as session:
        now = runtime.now()
        root = tree.plant(session, "D", "示例区", AreaKind.DISTRICT, None)
        tree.plant(session, "S", "柳巷街道", AreaKind.STREET, root)
        clerk = a_person(session, now)
        posts.appoint(session, clerk, Role.DISTRICT_OPERATOR, root, now, until=None)
        reach = reaches.of(session, clerk, now)
        kinds = (*TeamKind, TeamKind.YOUTH, TeamKind.OTHER)
        made = [
            teams.found(session, reach, teams.Described(f"示例{n}队", kind, "S"), now)
            for n, kind in enumerate(kinds, 1)
        ]
        known = identities.welcome(session, App.OFFICIAL, person.openid, now)
        asked = membership.join(session, known.person_id, made[0].id, now, channel="chat")
        membership.decide_for(session, reach, asked.member_id, True, now)
        teams.appoint(session, reach, made[0].id, asked.member_id, now)
    return person


def test_one_finds_asks_and_is_let_in(zhao: Phone, leader: Phone, runtime: Runtime) -> None:
    assert "1. 示例1队（党员，柳巷街道）" in zhao.says("队伍")
    assert "申请加入" in zhao.says("1")
    assert "已申请加入“示例1队”" in zhao.says("1")
    assert "等待通过" in zhao.says("我的队伍")
    with runtime.db.reading() as session:
        asked = session.scalars(
            select(TeamMember.id).where(TeamMember.state == MemberState.ASKED)
        ).one()

    assert "已同意" in leader.says(f"通过 {asked}")
    assert "已加入" in zhao.says("我的队伍")
    assert "已退出“示例1队”" in zhao.says("退出队伍 1")
    assert "还没有加入" in zhao.says("我的队伍")
    assert "已经有人处理" in leader.says(f"不通过{asked}")


def test_the_list_goes_on(zhao: Phone, leader: Phone) -> None:
    first, second = zhao.says("队伍"), zhao.says("更多")

    assert "6. 示例6队" in first
    assert "7. 示例7队" in second
    assert "8. 示例8队" in second
    assert "没有更多" in zhao.says("更多")


@pytest.mark.parametrize(
    ("words", "found"),
    [("队伍 青年", ["2", "7"]), ("队伍 示例3", ["3"]), ("队伍柳巷", ["1", "6"])],
)
def test_the_list_is_narrowed(zhao: Phone, leader: Phone, words: str, found: list[str]) -> None:
    shown = zhao.says(words)

    assert all(f"{number}. 示例" in shown for number in found)
    assert found == ["1", "6"] or "1. 示例1队" not in shown


def test_leaving_an_activity_is_still_its_own_word(zhao: Phone, leader: Phone) -> None:
    zhao.says("加入3")

    assert "没有找到这个活动" in zhao.says("退出 3")
    assert "等待通过" in zhao.says("退出队伍")
    assert "已退出" in zhao.says("退出队伍3")


@pytest.mark.parametrize("words", ["通过 1", "不通过 1"])
def test_answers_of_leaders_mean_nothing_to_others(zhao: Phone, leader: Phone, words: str) -> None:
    assert "没有听懂" in zhao.says(words)


def test_wrong_numbers_are_told(zhao: Phone, leader: Phone) -> None:
    assert "没有找到这支队伍" in zhao.says("加入 99")
    assert "您不在“示例2队”里" in zhao.says("退出队伍 2")
    assert "没有找到这个入队申请" in leader.says("通过 999999999")


def test_a_leader_who_forgot_the_number_sees_who_asks(zhao: Phone, leader: Phone) -> None:
    assert "没有等您答复的入队申请" in leader.says("通过")
    zhao.says("加入 1")

    asked = leader.says("同意")

    assert "未填姓名，想加入“示例1队”" in asked
    number = asked.splitlines()[1].partition("号")[0]
    assert "已同意加入" in leader.says(number)
    assert "没有等您答复的名额" in leader.says("同意")
    assert "没有听懂" in zhao.says("通过")


def test_leaving_without_a_word_what_lists_teams_where_nothing_else_is_left(
    zhao: Phone, leader: Phone
) -> None:
    assert "您现在没有报名" in zhao.says("退出")
    zhao.says("加入第2个队伍")

    assert "您的队伍" in zhao.says("我要退出")
    assert "等待通过" in zhao.says("2")
    assert "已退出" in zhao.says("退出2号队伍")
