import re

import pytest
from sqlalchemy import select

from server.people import leaving
from server.people.models import Consent, Erasure, ErasureState, Person
from tests.factories import an_activity


@pytest.fixture
def number(runtime) -> int:
    with runtime.db.transaction() as session:
        return an_activity(session, runtime.now(), capacity=5).number


def consents_of(runtime) -> dict[str, bool]:
    with runtime.db.reading() as session:
        return {row.purpose: row.withdrawn_at is None for row in session.scalars(select(Consent))}


def state(runtime) -> ErasureState:
    with runtime.db.reading() as session:
        return session.scalars(select(Erasure.state)).one()


def test_the_first_sign_up_agrees_and_says_so_once(runtime, zhao, number) -> None:
    first = zhao.says(f"报名 {number}")
    zhao.says(f"取消 {number}")
    second = zhao.says(f"报名 {number}")

    assert "表示同意" in first
    assert "表示同意" not in second
    assert consents_of(runtime) == {"service": True}


def test_taking_it_back_stops_sign_ups_until_it_is_given_again(runtime, zhao, number) -> None:
    zhao.says(f"报名 {number}")
    zhao.says(f"取消 {number}")

    shown = zhao.says("隐私")
    assert "加密保存" in shown
    assert "1. 撤回同意" in shown
    assert "已撤回同意" in zhao.says("1")
    assert "回复“隐私”再选1" in zhao.says(f"报名 {number}")
    zhao.says("隐私")
    assert zhao.says("1").startswith("已同意")

    assert zhao.says(f"报名 {number}").startswith("报名成功")


def test_pushes_are_stopped_and_resumed(runtime, zhao) -> None:
    assert zhao.says("停止提醒").startswith("已停止提醒")
    assert consents_of(runtime) == {"notices": False}
    assert "2. 恢复提醒" in zhao.says("隐私")

    assert zhao.says("恢复提醒").startswith("已恢复提醒")
    assert consents_of(runtime) == {"notices": True}


def test_the_link_to_ones_data_is_given(runtime, zhao) -> None:
    said = zhao.says("导出")

    assert re.search(r"/console/copies/[A-Za-z0-9_-]{40,200}\n", said)
    assert len(said.encode()) < 2048


def test_leaving_is_explained_confirmed_and_carried_out(runtime, zhao, clock) -> None:
    explained = zhao.says("注销")
    assert "会删除" in explained
    assert "会保留" in explained

    assert "已登记注销" in zhao.says("1")
    assert "已登记注销" in zhao.says("注销")
    clock.advance(days=7)
    assert leaving.erase_due(runtime) == 1

    assert state(runtime) is ErasureState.DONE
    zhao.says("帮助")
    with runtime.db.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 2


def test_a_confirmation_after_ten_minutes_is_asked_anew(runtime, zhao, clock) -> None:
    zhao.says("注销")
    clock.advance(minutes=11)

    assert "超过10分钟" in zhao.says("1")
    with runtime.db.reading() as session:
        assert session.scalars(select(Erasure)).all() == []


def test_leaving_can_be_taken_back(runtime, zhao, clock, number) -> None:
    zhao.says(f"报名 {number}")
    clock.advance(seconds=1)
    zhao.says("注销")
    zhao.says("1")
    clock.advance(days=6)

    assert zhao.says("撤销注销").startswith("已撤销注销")
    clock.advance(days=10)

    assert leaving.erase_due(runtime) == 0
    assert consents_of(runtime) == {"service": True}
    assert "不用撤销" in zhao.says("撤销注销")


def test_not_leaving_changes_nothing(runtime, zhao) -> None:
    zhao.says("注销")

    assert zhao.says("3").startswith("好的，没有注销")
    with runtime.db.reading() as session:
        assert session.scalars(select(Erasure)).all() == []


def test_the_page_fits_one_message(zhao) -> None:
    assert len(zhao.says("隐私").encode()) < 2048
    assert len(zhao.says("注销").encode()) < 2048


def test_whether_one_is_reminded_is_told_and_changed_by_number(zhao) -> None:
    assert "提醒：开着" in zhao.says("提醒")
    assert "已停止提醒" in zhao.says("1")
    assert "提醒已停止" in zhao.says("我的提醒")
    assert "已恢复提醒" in zhao.says("1")
    assert "提醒：开着" in zhao.says("提醒设置")
