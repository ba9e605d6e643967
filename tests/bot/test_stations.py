"""Finding a station in chat, and what its keeper and anybody else say of it."""

from datetime import timedelta

import pytest

from server.areas import tree
from server.areas.models import AreaKind
from server.people import identities
from server.people.models import App
from server.riders.stations import keepers, views
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import Facility, FaultKind
from server.staff import reach as reaches
from tests.bot.driver import Phone
from tests.server.riders.stations.acts import HERE, a_station

HAS_TOILET = frozenset({Facility.TOILET, Facility.WATER})


def at(phone: Phone, place: Place = HERE, label: str = "迎泽公园", when=None) -> str:
    lat, lng = place.degrees
    fields = {"Location_X": lat, "Location_Y": lng, "Label": label, "Scale": "15"}
    return phone.sends(phone.letter("location", when, **fields)).text


def east(metres: int) -> Place:
    return Place(HERE.lat, HERE.lng + round(metres * 11.39))


@pytest.fixture
def stations(runtime) -> dict[str, int]:
    """Three stations to the east of here; the last one is open at night only."""
    with runtime.db.transaction() as session:
        now, district = runtime.now(), tree.root(session)
        street = tree.plant(session, "140106001", "柳巷街道", AreaKind.STREET, district)
        reach = reaches.of_machine(session)
        found = {
            "near": a_station(session, now, reach, name="近处示例驿站", place=east(100)),
            "far": a_station(
                session,
                now,
                reach,
                name="远处示例驿站",
                area_code=street.code,
                facilities=HAS_TOILET,
                place=east(800),
            ),
            "night": a_station(
                session,
                now,
                reach,
                name="夜里示例驿站",
                place=east(50),
                hours="每天 18:00-次日2:00",
            ),
        }
        return {name: one.id for name, one in found.items()}


def person_of(runtime, phone: Phone) -> int:
    with runtime.db.reading() as session:
        known = identities.recognise(session, App.OFFICIAL, phone.openid)
        assert known is not None
        return known.person_id


@pytest.fixture
def keeper(runtime, phone, stations) -> Phone:
    """Somebody who keeps the near one."""
    one = phone()
    one.follows()
    entrust(runtime, one, stations["near"])
    return one


def entrust(runtime, phone: Phone, station: int) -> None:
    person = person_of(runtime, phone)
    with runtime.db.transaction() as session:
        keepers.entrust(session, reaches.of_machine(session), station, person, runtime.now())


def standing(runtime, station: int) -> views.StationView:
    with runtime.db.reading() as session:
        return views.by_id(session, station, runtime.now())


def test_a_location_is_answered_with_what_is_open_the_nearest_first(zhao, stations) -> None:
    assert "请把位置发给我" in zhao.says("驿站")

    lines = at(zhao).splitlines()

    assert lines[0] == "离迎泽公园最近、现在开着的驿站："
    assert lines[1:4] == ["1. 近处示例驿站（1号站） 100米", "   开着，到20:00", "   饮水、休息"]
    assert lines[4] == "2. 远处示例驿站（2号站） 800米"
    assert "夜里" not in "".join(lines)


def test_a_number_tells_all_and_where_the_map_is(zhao, stations, settings) -> None:
    at(zhao)

    told = zhao.says("2")

    for line in (
        "2号站 远处示例驿站",
        "时间：每天 8:00-20:00",
        "地址：示例路1号",
        "有：饮水、厕所",
    ):
        assert line in told
    assert f"{settings.public_url}/stations/{stations['far']}" in told
    assert "还没有人确认过" in told
    assert "1号站" in zhao.says("1"), "the list stays in force"
    assert "1号站" in zhao.says("1号站")


def test_what_one_needs_narrows_whether_it_is_said_before_or_after(zhao, stations) -> None:
    assert "有厕所" in zhao.says("驿站 厕所")
    before = at(zhao)
    assert "远处" in before
    assert "近处" not in before

    at(zhao)
    after = zhao.says("厕所")

    assert "现在开着、有厕所的驿站" in after
    assert "近处" not in after


def test_what_was_spoken_counts(zhao, stations) -> None:
    letter = zhao.letter("voice", MediaId="m", Format="amr", Recognition="附近的厕所。")

    assert "请把位置发给我" in zhao.sends(letter).text


def test_a_place_by_name_is_answered_too(zhao, stations) -> None:
    assert "离柳巷街道最近" in zhao.says("驿站 柳巷")
    assert "离柳巷街道最近、现在开着、有厕所的驿站" in zhao.says("驿站 厕所 柳巷")
    assert "和“近处”有关的驿站" in zhao.says("驿站 近处")
    assert "没有找到“月球”附近" in zhao.says("驿站 月球")


def test_where_one_was_is_known_for_half_an_hour(zhao, stations, clock) -> None:
    at(zhao)
    assert "近处" in zhao.says("驿站")

    clock.advance(minutes=31)

    assert "请把位置发给我" in zhao.says("驿站")


def test_a_place_of_long_ago_is_asked_for_again(zhao, stations, clock) -> None:
    said = at(zhao, when=clock.now() - timedelta(minutes=20))

    assert "这个位置是20分钟前发的" in said


def test_where_nothing_is_open_the_next_that_opens_is_told(zhao, stations, clock) -> None:
    clock.advance(hours=19)

    said = at(zhao)

    assert "16.0公里内现在没有开着的驿站" in said
    assert "关着，8:00开门" in said


def test_outside_the_district_one_is_told_kindly(zhao, stations) -> None:
    said = at(zhao, Place.of(39.9, 116.4))

    assert "16.0公里内没有登记的驿站" in said
    assert "驿站 柳巷" in said


@pytest.mark.parametrize(
    "fields",
    [
        {"Location_X": "x", "Location_Y": "112"},
        {"Location_X": "nan", "Location_Y": "112"},
        {"Location_X": "91", "Location_Y": "112"},
        {"Location_X": "37"},
        {"Location_X": "1e400", "Location_Y": "inf", "Label": "\x07"},
    ],
)
def test_a_place_that_is_none_gets_a_sentence(zhao, stations, fields) -> None:
    assert "收到位置" in zhao.sends(zhao.letter("location", **fields)).text


def test_a_number_that_no_station_bears_is_told(zhao, stations) -> None:
    assert "没有这个驿站" in zhao.says("99号站")
    assert "没有这个驿站" in zhao.says("站999999999999")


def test_a_keeper_opens_closes_and_confirms_in_one_word(keeper, runtime, stations) -> None:
    one = stations["near"]
    assert "暂停开放：停水，预计11:00恢复" in keeper.says("关门 2小时 停水")
    assert "现在是暂停开放" in keeper.says("确认")
    assert "已开门" in keeper.says("开门")
    assert standing(runtime, one).standing.is_open
    assert "正常" in keeper.says("确认")

    assert "停水" in keeper.says("关门")
    assert "设备检修，预计明天8:00恢复" in keeper.says("3"), "it opens when it would anyway"


def test_a_keeper_of_several_is_asked_which(keeper, runtime, stations) -> None:
    entrust(runtime, keeper, stations["far"])

    assert "说的是哪一个" in keeper.says("关门 1天 装修")
    assert "2号站暂停开放：装修，预计明天9:00恢复" in keeper.says("2")
    assert standing(runtime, stations["near"]).standing.is_open


def test_who_keeps_none_is_told_and_confirming_still_accepts_offers(zhao, stations) -> None:
    assert "您名下没有驿站" in zhao.says("开门")
    assert "您名下没有驿站" in zhao.says("关门 停水")
    assert "您名下没有驿站" in zhao.says("待修")
    assert "没有等您答复的名额" in zhao.says("确认")


def test_anybody_reports_what_is_wrong_and_the_keeper_settles_it(
    zhao, keeper, runtime, stations
) -> None:
    assert "报修 17 插座没电" in zhao.says("报修 插座没电")
    assert "1号站（充电或用电）" in zhao.says("报修 1 插座没电")
    at(zhao)
    zhao.says("2")
    assert "2号站哪里不对" in zhao.says("报修")
    assert "2号站（没开门）" in zhao.says("1")
    zhao.says("2号站")
    assert "2号站（卫生）" in zhao.says("报修 太脏了")
    assert standing(runtime, stations["far"]).faults == (FaultKind.DIRTY, FaultKind.LOCKED)
    assert "有人反映：充电或用电（等核实）" in zhao.says("1号站")

    assert "1. 1号站 充电或用电 插座没电" in keeper.says("待修")
    assert "已办结" in keeper.says("1")

    assert standing(runtime, stations["near"]).faults == ()
    assert "没有等处理的报修" in keeper.says("待修")
    assert "1号站哪里不对" in keeper.says("报修")


def test_a_message_brought_twice_is_one_report(zhao, runtime, stations) -> None:
    letter = zhao.letter("text", Content="报修 1 水没了")
    answers = {zhao.sends(letter).text for _ in range(3)}
    again = zhao.says("报修 1 水没了")

    assert answers == {again}
    assert standing(runtime, stations["near"]).faults == (FaultKind.WATER,)
