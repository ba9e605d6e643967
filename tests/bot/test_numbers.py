"""Numbers mean what they say: never an activity that nobody named."""

from datetime import timedelta

import pytest

from server.runtime import Runtime
from tests.bot.driver import Phone
from tests.factories import an_activity


@pytest.fixture
def fifteen(runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        for day in range(1, 16):
            an_activity(
                session,
                runtime.now(),
                title=f"第{day}天的活动",
                capacity=5,
                starts_in=timedelta(days=day),
            )


@pytest.mark.parametrize("words", ["报名 1,2", "报名 1 2", "报名1.5", "报名1、2"])
def test_two_numbers_are_not_one(zhao: Phone, fifteen: None, words: str) -> None:
    assert "报名成功" not in zhao.says(words)
    assert "没有报名" in zhao.says("我的")


def test_the_list_of_what_to_cancel_bears_the_activities_own_numbers(
    zhao: Phone, fifteen: None
) -> None:
    zhao.says("报名2")
    zhao.says("报名3")

    asked = zhao.says("取消")
    assert "2. 第2天的活动" in asked
    assert "3. 第3天的活动" in asked
    assert "已取消：第2天的活动" in zhao.says("取消 2")
    zhao.says("取消")
    assert "已取消：第3天的活动" in zhao.says("3")


@pytest.mark.parametrize("words", ["好的，接受", "好的我接受", "嗯接受", "接受"])
def test_an_offer_is_accepted_politely(
    runtime: Runtime, zhao: Phone, line: object, words: str
) -> None:
    with runtime.db.transaction() as session:
        number = an_activity(session, runtime.now(), capacity=1).number
    other = Phone(zhao.line)
    other.says(f"报名{number}")
    zhao.says(f"报名{number}")
    other.says(f"取消{number}")

    assert "报名成功" in zhao.says(words)


def test_a_list_is_asked_for_politely(zhao: Phone, fifteen: None) -> None:
    assert zhao.says("活动呢？").startswith("正在招募")


@pytest.mark.parametrize("words", ["报名 1,2", "报名 1 2 3", "取消1、2", "通过 3 4"])
def test_of_several_numbers_one_is_asked_for(zhao: Phone, fifteen: None, words: str) -> None:
    first = "3" if "3 4" in words else "1"

    assert f" {first}”，再发下一个" in zhao.says(words)


def test_a_number_of_nothing_is_refused_however_long(zhao: Phone, fifteen: None) -> None:
    for digits in ("0", "16", "9" * 9, "9" * 10, "9" * 60):
        assert "没有找到这个活动" in zhao.says(f"报名 {digits}")
        assert "没有找到这支队伍" in zhao.says(f"加入 {digits}")


def test_many_digits_alone_tell_no_story(zhao: Phone) -> None:
    assert "没有听懂" in zhao.says("1" * 60)
