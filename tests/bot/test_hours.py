import re

import pytest

from server.people import identities, profile
from server.people.models import App
from server.volunteers.hours import histories, records
from server.volunteers.models import Activity, RecordState, Shift
from tests.factories import a_person
from tests.server.volunteers.records.acts import a_past_shift, a_record, led_by, record_of


@pytest.fixture
def zhao_id(runtime, zhao):
    with runtime.db.reading() as session:
        return identities.recognise(session, App.OFFICIAL, zhao.openid).person_id


@pytest.fixture
def hours(runtime, clock, zhao_id):
    """Two records of 赵, the older one first."""
    now = clock.now()
    with runtime.db.transaction() as session:
        shifts = [a_past_shift(session, now, ago=ago) for ago in (6, 3)]
        return [a_record(session, now, shift, person=zhao_id) for shift in shifts]


@pytest.fixture
def led(runtime, clock, zhao_id):
    """A shift that 赵 leads, with the hours of three people; returns (number, shift)."""
    now = clock.now()
    with runtime.db.transaction() as session:
        shift = a_past_shift(session, now)
        led_by(session, shift, zhao_id)
        for name in ("王小兰", "李明", "赵飞燕"):
            person = a_person(session, now)
            profile.rename(session, person, name, vault=runtime.vault)
            a_record(session, now, shift, person=person)
        activity = session.get_one(Activity, session.get_one(Shift, shift).activity_id)
        return activity.number, shift


def test_nobody_without_hours_is_left_without_a_way_on(zhao):
    assert "还没有服务记录" in zhao.says("时长")
    assert "还没有服务记录" in zhao.says("异议")


def test_hours_are_told_with_deadlines_and_numbers(zhao, hours):
    told = zhao.says("我的时长")

    assert told.startswith("您的服务时长：已生效0小时，待生效4小时。")
    assert "2. 社区图书角整理 3月9日 120分钟 待确认，最晚3月23日" in told
    assert "带队人" not in told
    assert "系统：120分钟，按签到、签退时间记录" in zhao.says("2")


def test_an_entry_is_disputed_by_its_number_and_the_dispute_taken_back(runtime, zhao, hours):
    told = zhao.says("异议 1 我提前半小时就到了")

    assert "3月16日前由另一位工作人员核查" in told
    assert "异议办理中" in zhao.says("时长")
    assert "正在办理" in zhao.says("异议1还是不对")
    assert zhao.says("撤回异议 1").startswith("已撤回")
    with runtime.db.reading() as session:
        assert not record_of(session, hours[0]).disputed
        assert not record_of(session, hours[1]).disputed


def test_what_is_missing_from_a_dispute_is_asked_for(zhao, hours):
    assert "对哪一条有异议" in zhao.says("异议")
    assert "异议 1 您的理由" in zhao.says("1")
    assert zhao.says("取消").startswith("您的服务时长")
    assert "异议 2 您的理由" in zhao.says("异议2")
    assert "3月16日前" in zhao.says("少记了半小时，我有照片！")
    assert "没有找到这条服务记录" in zhao.says("异议 9 少记了")
    assert "没有找到这条服务记录" in zhao.says("异议 0 少记了")


def test_the_leader_confirms_a_roster_as_it_was_shown(runtime, zhao, led):
    number = led[0]
    assert f"{number}. 社区图书角整理" in zhao.says("核定")

    shown = zhao.says(f"核定{number}")
    assert "1. 王*兰 120分钟" in shown
    assert "共3人" in shown
    assert "已核定“社区图书角整理”3人的时长。" in zhao.says("1")
    assert "已核定“社区图书角整理”0人的时长。" in zhao.says("1")
    assert "没有等您核定" in zhao.says("核定")


@pytest.mark.parametrize("words", ["核定 {} 除 2 3", "核定{}除了2 3", "核定 {} 除2、3"])
def test_the_leader_leaves_some_for_the_community(runtime, zhao, led, words):
    shown = zhao.says(words.format(led[0]))
    assert re.search(r"2\. 李\* 这次不核定", shown)
    assert "共1人" in shown

    assert "1人的时长。还有2人的没有核定" in zhao.says("1")


def test_what_came_after_the_list_is_not_confirmed_with_it(runtime, clock, zhao, led):
    zhao.says(f"核定 {led[0]}")
    with runtime.db.transaction() as session:
        late = a_record(session, clock.now(), led[1])

    assert "已核定“社区图书角整理”3人的时长。还有1人" in zhao.says("1")
    with runtime.db.reading() as session:
        assert record_of(session, late).state is RecordState.PENDING


def test_nobody_confirms_what_they_do_not_lead(runtime, phone, led):
    stranger = phone()
    stranger.follows()

    assert "没有等您核定的时长" in stranger.says(f"核定 {led[0]}")
    assert "没有等您核定的时长" in stranger.says("核定")
    assert "没有等您核定的时长" in stranger.says("核定 全部")


def test_a_joined_person_keeps_the_numbers_of_their_entries(runtime, clock, zhao, zhao_id, hours):
    with runtime.db.reading() as session:
        assert [entry.number for entry in histories.mine(session, zhao_id, 9).items] == [2, 1]
        assert records.totals(session, zhao_id) == (0, 240)


def test_an_open_dispute_is_found_without_its_number(zhao, hours):
    assert "没有正在办理的异议" in zhao.says("撤回异议")
    zhao.says("异议 1 我提前半小时就到了")

    assert "撤回哪一条" in zhao.says("撤回异议")
    assert "已撤回" in zhao.says("1")


def test_a_place_that_the_roster_lacks_is_not_passed_over(zhao, led):
    number = led[0]

    assert f"名单里没有“9”号。请回复“核定 {number}”" in zhao.says(f"核定 {number} 除 2 9")
    assert "没有“0”号" in zhao.says(f"核定 {number} 除 0")


def test_leaving_everybody_out_confirms_nobody(zhao, led):
    number = led[0]

    assert "您都留下了" in zhao.says(f"核定 {number} 除 1 2 3")
    assert "已核定" not in zhao.says("1")
