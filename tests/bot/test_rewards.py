"""兑换 in chat: three messages from the wish to the code, and one of the keeper's."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from server.people import identities, profile
from server.people.models import App
from server.riders import registration
from server.riders.rewards import ending, stocking
from server.riders.rewards.stock import Shelf
from server.riders.stations import editing, keepers, keeping
from server.riders.stations.coordinates import Place
from server.runtime import Runtime
from server.staff import reach as reaches
from server.wechat.models import Inbound
from tests.bot.driver import Phone
from tests.clock import Clock
from tests.server.riders.acts import earn, has, riding
from tests.server.riders.rewards.acts import a_reward, bring, flaws, states, verified
from tests.server.riders.stations.acts import HERE, a_station

CODE = re.compile(r"兑换码：(\w{4}-\w{4})")


def person_of(runtime: Runtime, phone: Phone) -> int:
    with runtime.db.transaction() as session:
        return identities.welcome(session, App.OFFICIAL, phone.openid, runtime.now()).person_id


@pytest.fixture
def rider(runtime: Runtime, zhao: Phone) -> int:
    """Zhao, a verified rider with 25 points."""
    person = person_of(runtime, zhao)
    with runtime.db.transaction() as session:
        riding(session, person, runtime.now())
        verified(session, person, runtime.now())
        for number in range(5):
            source = f"suggestion:{number}"
            earn(session, person, runtime.now(), source, code="SUGGEST_ADOPTED")
    return person


@pytest.fixture
def shelves(runtime: Runtime) -> dict[str, Shelf]:
    """Soap at two stations, gloves at one, a helmet that costs too much."""
    with runtime.db.transaction() as session:
        now, machine = runtime.now(), reaches.of_machine(session)
        near = a_station(session, now, machine, name="近处示例驿站")
        east = Place(HERE.lat, HERE.lng + 11_390)
        far = a_station(session, now, machine, name="远处示例驿站", place=east)
        found = {}
        for name, points, stations in (
            ("肥皂", 5, (near, far)),
            ("手套", 20, (far,)),
            ("头盔", 80, (far,)),
        ):
            reward = a_reward(session, now, name=name, points=points)
            for station in stations:
                found[f"{name}{station.number}"] = shelf = Shelf(reward, station.id)
                bring(session, shelf, 5, now)
        return found


@pytest.fixture
def keeper(runtime: Runtime, phone: Callable[[], Phone], shelves) -> Callable[[int], Phone]:
    """Let somebody keep the station of a number."""

    def keeps(number: int) -> Phone:
        one = phone()
        one.follows()
        person = person_of(runtime, one)
        with runtime.db.transaction() as session:
            machine = reaches.of_machine(session)
            keepers.entrust(session, machine, number, person, runtime.now())
        return one

    return keeps


def redeemed(zhao: Phone, *numbers: str) -> str:
    """Redeem by three messages and return the code."""
    zhao.says("兑换")
    told = [zhao.says(number) for number in numbers][-1]
    found = CODE.search(told)
    assert found, told
    return found[1]


def points(runtime: Runtime, person: int) -> int:
    with runtime.db.reading() as session:
        return has(session, person, runtime.now())


def test_three_messages_lead_to_a_code(runtime, zhao, rider, shelves) -> None:
    first = zhao.says("兑换")
    second = zhao.says("1")
    third = zhao.says("1")

    assert first == (
        "您有25分，可以兑换：\n1. 肥皂 5分（2个驿站有）\n2. 手套 20分（1个驿站有）\n"
        "要哪个请回复编号。\n以后还可以兑：头盔还差55分。"
    )
    assert second.splitlines()[:3] == [
        "“肥皂”5分，到哪里领？",
        "1. 近处示例驿站（1号站）",
        "   开着，到20:00，有5件",
    ]
    assert "回复编号就扣5分并预留。" in second
    assert third.startswith("兑好了：肥皂1件，扣5分，还有20分。\n兑换码：")
    assert "到1号站 近处示例驿站领取" in third
    assert "最晚3月16日" in third
    assert points(runtime, rider) == 20


def test_the_same_number_again_is_the_same_voucher(runtime, zhao, rider, shelves) -> None:
    code = redeemed(zhao, "1", "1")

    assert CODE.search(zhao.says("1"))[1] == code
    assert CODE.search(zhao.says("2"))[1] == code
    assert points(runtime, rider) == 20


def test_a_keeper_hears_what_to_hand_over_and_nothing_of_the_person(
    runtime, zhao, rider, shelves, keeper
) -> None:
    with runtime.db.transaction() as session:
        profile.rename(session, rider, "示例·赵骑手", vault=runtime.vault)
    code, qian = redeemed(zhao, "1", "1"), keeper(1)

    told, again = qian.says(f"核销 {code}"), qian.says(f"核销{code.lower()}")

    assert told == "核销成功（1号站）：请交给骑手 肥皂 1件。"
    assert again.endswith("请不要再发一次。")
    assert "已在1号站" in keeper(1).says(f"核销 {code}")
    assert "已在1号站领取" in zhao.says("我的券")
    with runtime.db.reading() as session:
        assert states(session) == {"collected": 1}
        assert flaws(session) == []


def test_codes_that_are_none_or_for_elsewhere_are_told_apart(zhao, rider, shelves, keeper) -> None:
    code, far = redeemed(zhao, "1", "1"), keeper(2)

    assert "要在1号站" in far.says(f"核销 {code}")
    assert "没有看清" in far.says("核销 12")
    assert "没有这个兑换码" in far.says("核销 1111111" + "1")
    assert "再回复“核销”加8位码" in far.says("核销")
    assert "您名下没有驿站" in zhao.says(f"核销 {code}")


def test_a_place_makes_the_nearest_first(runtime, zhao, rider, shelves) -> None:
    zhao.says("兑换 肥皂")
    lat, lng = Place(HERE.lat, HERE.lng + 11_000).degrees
    fields = {"Location_X": lat, "Location_Y": lng, "Label": "", "Scale": "15"}

    told = zhao.sends(zhao.letter("location", None, **fields)).text

    assert told.splitlines()[1] == "1. 远处示例驿站（2号站） 30米"
    assert "到2号站" in zhao.says("1")


def test_stations_one_knows_come_first(zhao, rider, shelves) -> None:
    redeemed(zhao, "2", "1")

    assert zhao.says("兑换肥皂").splitlines()[1].startswith("1. 远处示例驿站")


def test_it_is_given_back_after_one_question(runtime, zhao, rider, shelves) -> None:
    redeemed(zhao, "1", "1")

    asked, done, again = zhao.says("取消兑换"), zhao.says("1"), zhao.says("1")

    assert asked.startswith("取消“肥皂”并退回5分吗？")
    assert done == again == "已取消“肥皂”，5分退回来了，现在有25分。"
    assert points(runtime, rider) == 25
    assert "要兑换请回复“兑换”" in zhao.says("取消兑换")


def test_of_several_one_is_chosen_by_its_number(runtime, zhao, rider, shelves) -> None:
    redeemed(zhao, "1", "1")
    redeemed(zhao, "1", "2")

    listed = zhao.says("我的券")
    first = zhao.says("1")

    assert "1. 肥皂 2号站，最晚3月16日" in listed
    assert "2. 肥皂 1号站" in listed
    assert CODE.search(first)
    assert zhao.says("取消兑换 2").startswith("取消“肥皂”")
    zhao.says("1")
    assert "2号站" in zhao.says("我的券")
    assert zhao.says("取消兑换 9").startswith("是哪一张？")


def test_it_is_collected_elsewhere_where_the_station_is_closed(
    runtime, zhao, rider, shelves, keeper
) -> None:
    code = redeemed(zhao, "1", "1")
    with runtime.db.transaction() as session:
        keeping.close(session, reaches.of_machine(session), 1, "装修", None, runtime.now())

    asked, moved = zhao.says("换站"), zhao.says("1")

    assert "1. 2号站 远处示例驿站 开着" in asked
    assert f"兑换码：{code}" in moved
    assert "到2号站" in moved
    assert keeper(2).says(f"核销 {code}").startswith("核销成功")


def test_where_there_is_no_other_station_it_says_so(zhao, rider, shelves) -> None:
    redeemed(zhao, "2", "1")

    assert zhao.says("换站").startswith("别的驿站现在没有“手套”")


def test_too_few_points_tell_how_many_are_missing(zhao, rider, shelves) -> None:
    assert "还差55分" in zhao.says("兑换 头盔")


def test_who_has_none_yet_hears_what_is_nearest(runtime, phone, shelves) -> None:
    one = phone()
    one.follows()
    person = person_of(runtime, one)
    with runtime.db.transaction() as session:
        riding(session, person, runtime.now())
        verified(session, person, runtime.now())

    assert one.says("兑换").startswith("您有0分，还差一点：肥皂还差5分、手套还差20分")


def test_who_is_not_verified_or_no_rider_hears_what_is_next(runtime, zhao, shelves) -> None:
    assert "骑手" in zhao.says("兑换")
    person = person_of(runtime, zhao)
    with runtime.db.transaction() as session:
        riding(session, person, runtime.now())

    assert "还在等社区核实" in zhao.says("兑换")


def test_where_nothing_is_there_it_says_so(zhao, rider) -> None:
    assert zhao.says("兑换").startswith("您有25分。现在没有可兑换的东西")


def test_what_sells_out_between_two_messages_costs_nothing(runtime, zhao, rider, shelves) -> None:
    zhao.says("兑换")
    zhao.says("2")
    with runtime.db.transaction() as session:
        machine = reaches.of_machine(session)
        stocking.correct(session, machine, shelves["手套2"], -5, "损坏", runtime.now())

    assert "刚刚兑完，没有扣分" in zhao.says("1")
    assert points(runtime, rider) == 25


def test_what_nobody_collects_is_told_and_shown(
    runtime: Runtime, zhao: Phone, rider: int, shelves, clock: Clock
) -> None:
    redeemed(zhao, "1", "1")
    with runtime.db.transaction() as session:
        ending.expire_due(session, clock.advance(days=8), runtime.settings.rewards)

    assert "到期没有领取，积分已退回" in zhao.says("我的券")
    assert points(runtime, rider) == 25


def test_who_leaves_keeps_what_waits(runtime, zhao, rider, shelves) -> None:
    redeemed(zhao, "1", "1")
    with runtime.db.transaction() as session:
        registration.leave(session, rider, runtime.now())

    assert CODE.search(zhao.says("我的券"))


def test_the_code_is_not_kept_with_the_messages(runtime, zhao, rider, shelves) -> None:
    code = redeemed(zhao, "1", "1")

    with runtime.db.reading() as session:
        assert not any(code in reply for reply in session.scalars(select(Inbound.reply)))


def test_a_number_beside_the_word_takes_from_the_list(zhao, rider, shelves) -> None:
    assert zhao.says("兑换 2").startswith("您有25分，可以兑换")
    assert zhao.says("兑换 2").startswith("“手套”20分，到哪里领？")
    assert zhao.says("兑换 牙刷").startswith("您有25分，可以兑换")


def test_a_location_that_is_none_is_answered_plainly(zhao, rider, shelves) -> None:
    zhao.says("兑换 肥皂")
    nowhere = {"Location_X": "x", "Location_Y": "y", "Label": "", "Scale": "15"}

    assert "1号站" not in zhao.sends(zhao.letter("location", None, **nowhere)).text


def test_what_is_sold_out_everywhere_is_said_before_anything_is_taken(
    runtime, zhao, rider, shelves
) -> None:
    zhao.says("兑换")
    with runtime.db.transaction() as session:
        machine = reaches.of_machine(session)
        stocking.correct(session, machine, shelves["手套2"], -5, "损坏", runtime.now())

    assert zhao.says("2").startswith("“手套”各站都兑完了，没有扣分")


def test_what_waits_at_a_station_that_is_no_more_says_what_to_do(
    runtime, zhao, rider, shelves
) -> None:
    redeemed(zhao, "1", "1")
    with runtime.db.transaction() as session:
        editing.retire(session, reaches.of_machine(session), 1, runtime.now())

    assert "1号站已经撤掉，请回复“换站”" in zhao.says("我的券")
    zhao.says("换站")
    assert "到2号站" in zhao.says("1")
