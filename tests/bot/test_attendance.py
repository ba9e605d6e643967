"""Checking in and out, and leading a shift, by chat alone."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from server.people import identities, profile
from server.people.models import App
from server.volunteers.attendance import codes
from server.volunteers.attendance.codes import Direction
from server.volunteers.models import Activity, Attendance, Shift
from tests.factories import a_shift

QUARTER = timedelta(minutes=15)


@pytest.fixture
def person_of(runtime):
    def find(phone) -> int:
        with runtime.db.transaction() as session:
            return identities.welcome(session, App.OFFICIAL, phone.openid, runtime.now()).person_id

    return find


@pytest.fixture
def shift(runtime) -> int:
    with runtime.db.transaction() as session:
        return a_shift(session, runtime.now(), capacity=20, starts_in=QUARTER)


@pytest.fixture
def leader(runtime, phone, person_of, shift):
    leading = phone()
    leading.follows()
    person = person_of(leading)
    with runtime.db.transaction() as session:
        activity = session.get_one(Activity, session.get_one(Shift, shift).activity_id)
        activity.leader_id = person
    return leading


@pytest.fixture
def volunteers(phone, shift):
    several = [phone() for _ in range(3)]
    for one in several:
        assert "报名成功" in one.says("报名 1")
    return several


def code(runtime, shift, way=Direction.IN) -> str:
    return codes.show(shift, way, runtime.now(), runtime.vault).digits


def test_coming_and_leaving_with_the_code_on_the_screen(runtime, clock, volunteers, shift) -> None:
    [one, *_] = volunteers
    assert "现在可以签到" in one.says("签到")
    digits = code(runtime, shift)

    assert one.says(f"签到 {digits[:4]} {digits[4:]}").startswith("已签到：社区图书角整理")
    assert one.says(f"签到{digits}").startswith("已签到")
    assert "已签到" in one.says("签到")
    clock.advance(hours=1)
    assert "来时发“签到”" in one.says(f"签退 {code(runtime, shift)}")
    assert one.says(f"签退 {code(runtime, shift, Direction.OUT)}").startswith("已签退")


def test_what_is_no_code_is_told_what_one_is(volunteers, phone) -> None:
    [one, *_] = volunteers

    assert "8位数字" in one.says("签到 8A2F")
    assert "您还没有签到" in one.says("签退")
    assert "没有可以签到的班次" in phone().says("签到 12345678")
    assert "现在没有您的班次" in phone().says("签到")


def test_the_leader_sees_the_codes_and_the_screen(runtime, leader, shift) -> None:
    told = leader.says("现场码 1")

    assert code(runtime, shift) in told
    assert code(runtime, shift, Direction.OUT) in told
    assert re.search(r"/console/screen/\d+\.\d+\.\d+\.[\w-]{16}", told)
    assert leader.says("现场码") == told


def test_whoever_leads_nothing_is_told_so(volunteers, phone) -> None:
    for words in ("名单 1", "名单", "现场码 1", "现场码", "全部到场", "到场 13800001111"):
        assert "没有您带队的班次" in volunteers[0].says(words), words


def test_the_leader_marks_by_numbers(runtime, leader, volunteers, person_of) -> None:
    person = person_of(volunteers[0])
    with runtime.db.transaction() as session:
        profile.rename(session, person, "示例红", vault=runtime.vault)

    told = leader.says("名单")
    assert "未到3" in told
    assert "1. 示*红" in told
    assert leader.says("2").startswith("已记到场1人")
    assert leader.says("到场 1 3").startswith("已记到场2人")
    assert "没有还没到的人" in leader.says("名单 1")
    assert "没有“9”号" in leader.says("到场 9")


def test_all_came_but_some(leader, volunteers) -> None:
    leader.says("名单")

    assert leader.says("全部到场，除了 2").startswith("已记到场2人")
    assert "2. 未填姓名" in leader.says("名单")
    assert leader.says("全部到场").startswith("已记到场1人")


def test_a_volunteer_shows_their_own_code(leader, volunteers, phone) -> None:
    stranger = phone()
    for somebody in (volunteers[0], stranger):
        own = re.search(r"\d{8}", somebody.says("出示"))
        assert leader.says(f"到场 {own[0]}") == "已记到场1人：社区图书角整理"
        assert "没有找到这个人" in leader.says(f"到场 {own[0]}")
        assert "已签到" in somebody.says("我的")


def test_a_leader_of_two_shifts_is_asked_which(runtime, leader, person_of) -> None:
    person = person_of(leader)
    with runtime.db.transaction() as session:
        other = a_shift(session, runtime.now(), starts_in=2 * QUARTER, title="社区清洁")
        activity = session.get_one(Activity, session.get_one(Shift, other).activity_id)
        activity.leader_id = person

    assert "哪个班次" in leader.says("现场码")
    assert "社区清洁" in leader.says("2")


def test_whom_the_roster_asks_to_look_at_again_is_looked_at_by_chat(
    runtime, volunteers, leader, shift
) -> None:
    [one, *_] = volunteers
    one.says(f"签到 {code(runtime, shift)}")
    with runtime.db.transaction() as session:
        session.execute(update(Attendance).values(recheck="asked"))

    asked = leader.says("名单")

    assert "请看一眼本人还在不在：1. 未填姓名" in asked
    assert "没有“2”号" in leader.says("看到 2")
    assert "1号已记下" in leader.says("没看到1号")
    assert "请看一眼" not in leader.says("名单")
