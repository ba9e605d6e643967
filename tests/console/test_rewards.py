"""Rewards at the console: the catalogue, stock by station, vouchers without names."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from server.areas import tree
from server.people import profile
from server.people.models import Person, Role
from server.riders.rewards import vouchers
from server.riders.rewards.models import Voucher
from server.riders.rewards.stock import Shelf
from server.riders.stations import editing
from server.staff import reach as reaches
from tests.console.reach import assert_out_of_reach
from tests.server.riders.acts import has
from tests.server.riders.rewards.acts import (
    a_buyer,
    a_reward,
    bring,
    flaws,
    hold,
    lying,
    means_of,
    states,
)
from tests.server.riders.stations.acts import described

REWARD = {
    "name": "手套",
    "points": "10",
    "about": "一副",
    "month_limit": "2",
    "since": "2026-03-09",
}


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def head(clerk):
    return clerk(Role.DISTRICT_OPERATOR, "D")


@pytest.fixture
def anna(clerk):
    return clerk(Role.COMMUNITY_WORKER, "A1")


@pytest.fixture
def station(runtime, district) -> int:
    """A station of A1, number 1."""
    with runtime.db.transaction() as session:
        what = described(session, area_code="A1")
        return editing.add(session, reaches.of_machine(session), what, runtime.now()).id


@pytest.fixture
def shelf(runtime, station) -> Shelf:
    with runtime.db.transaction() as session:
        shelf = Shelf(a_reward(session, runtime.now()), station)
        bring(session, shelf, 12, runtime.now())
        return shelf


@pytest.fixture
def rider(runtime, district) -> int:
    """A verified rider whom A1 serves."""
    with runtime.db.transaction() as session:
        person = a_buyer(session, runtime.now())
        profile.rename(session, person, "示例·赵骑手", vault=runtime.vault)
        area = tree.by_code(session, "A1").id
        session.execute(update(Person).where(Person.id == person).values(area_id=area))
        return person


def held(runtime, rider: int, shelf: Shelf, settings):
    means = replace(means_of(settings), vault=runtime.vault)
    with runtime.db.transaction() as session:
        return hold(session, rider, shelf, runtime.now(), means)


def at(shelf: Shelf) -> str:
    return f"/rewards/{shelf.reward_id}/stations/{shelf.station_id}"


def test_a_reward_is_added_described_anew_and_switched(head, runtime) -> None:
    made = head.post("/rewards", **REWARD)
    head.post("/rewards/1/edit", **REWARD | {"points": "20", "seen": "1"})
    stale = head.post("/rewards/1/edit", **REWARD | {"seen": "1"})
    off = head.post("/rewards/1/switch", on="0")

    assert (made.status_code, off.status_code) == (303, 303)
    assert stale.status_code == 409
    assert "刚被别人改过" in text(stale)
    page = text(head.get("/rewards/1"))
    assert "20分" in page
    assert "第1版" in page
    assert "已停止" in page
    assert "每月2件" in text(head.get("/rewards"))
    assert 'value="20"' in text(head.get("/rewards/1/edit"))


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"points": "0"}, {"points": "很多"}, {"month_limit": "x"}, {"since": "三月"}],
)
def test_what_makes_no_sense_comes_back_with_what_was_keyed(head, change) -> None:
    answer = head.post("/rewards", **REWARD | change)

    assert answer.status_code == 400
    assert "一副" in text(answer)
    assert "还没有奖品" in text(head.get("/rewards"))


def test_what_is_brought_and_counted_anew_is_put_down(anna, runtime, shelf) -> None:
    anna.post(f"/rewards/{shelf.reward_id}/stock", station="1", pieces="3", note="送货单7")
    anna.post(f"{at(shelf)}/receive", pieces="５")
    anna.post(f"{at(shelf)}/correct", way="less", pieces="2", reason="包装破损")
    anna.post(f"{at(shelf)}/correct", way="more", pieces="1", reason="多找到一件")

    with runtime.db.reading() as session:
        assert lying(session, shelf) == (19, 0)
        assert flaws(session) == []
    page = text(anna.get(at(shelf)))
    for words in ("送货单7", "包装破损", "入库", "更正", "19件"):
        assert words in page


def test_a_large_correction_waits_for_a_colleague(anna, clerk, runtime, shelf) -> None:
    anna.post(f"{at(shelf)}/correct", way="less", pieces="11", reason="水淹")
    with runtime.db.reading() as session:
        assert lying(session, shelf) == (12, 0)

    street = clerk(Role.STREET_OPERATOR, "A")
    assert "1号站的“手套”改-11件" in text(street.get("/approvals"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"way": "less", "pieces": "5", "reason": ""}, "原因"),
        ({"way": "less", "pieces": "0", "reason": "盘点"}, "整数"),
        ({"way": "less", "pieces": "13", "reason": "盘点"}, "只有12件"),
    ],
)
def test_a_correction_that_cannot_be_says_why(anna, shelf, fields, words) -> None:
    answer = anna.post(f"{at(shelf)}/correct", **fields)

    assert answer.status_code in (400, 409)
    assert words in text(answer)


def test_vouchers_are_listed_without_a_name(anna, runtime, rider, shelf, settings) -> None:
    one = held(runtime, rider, shelf, settings)

    page = text(anna.get("/vouchers?state=reserved"))

    assert f"券{one.id}" in page
    assert "赵骑手" not in page
    assert one.code(runtime.vault) not in page
    assert "没有这样的兑换" in text(anna.get("/vouchers?state=expired"))


def test_staff_hand_over_for_a_keeper_who_calls(anna, runtime, rider, shelf, settings) -> None:
    code = held(runtime, rider, shelf, settings).code(runtime.vault)

    wrong = anna.post("/vouchers/collect", code="123")
    done = anna.post("/vouchers/collect", code=code)

    assert (wrong.status_code, done.status_code) == (400, 303)
    assert "请交给骑手 手套" in text(anna.get("/vouchers"))
    with runtime.db.reading() as session:
        assert states(session) == {"collected": 1}


def test_staff_redeem_for_a_rider_who_calls_and_never_hand_it_over(
    anna, clerk, runtime, rider, shelf
) -> None:
    page = text(anna.get(f"/people/{rider}/redemptions"))
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    fields = {"reward": shelf.reward_id, "station": "1", "channel": "phone", "key": key}
    for _ in range(2):
        assert anna.post(f"/people/{rider}/redemptions", **fields).status_code == 303
    told = text(anna.get(f"/people/{rider}/redemptions"))
    code = re.search(r"兑换码 (\w{4}-\w{4})", told)[1]

    own = anna.post("/vouchers/collect", code=code)
    other = clerk(Role.COMMUNITY_WORKER, "A1").post("/vouchers/collect", code=code)

    assert own.status_code == 403
    assert other.status_code == 303
    with runtime.db.reading() as session:
        assert has(session, rider, runtime.now()) == 40
        assert session.scalars(select(Voucher.held_by)).all() == [anna.person_id]


def test_for_who_calls_a_voucher_is_read_moved_and_given_back(
    anna, runtime, rider, shelf, settings, station
) -> None:
    one = held(runtime, rider, shelf, settings)
    with runtime.db.transaction() as session:
        what = described(session, area_code="A1")
        machine = reaches.of_machine(session)
        other = editing.add(session, machine, what, runtime.now())
        bring(session, Shelf(shelf.reward_id, other.id), 1, runtime.now())
    path = f"/people/{rider}/redemptions/{one.id}"

    anna.post(path, wish="code", channel="phone")
    said = text(anna.get(f"/people/{rider}/redemptions"))
    anna.post(path, wish="move", station="2", channel="phone")
    moved = text(anna.get(f"/people/{rider}/redemptions"))
    anna.post(path, wish="cancel", channel="phone")

    assert "请读给本人" in said
    assert "改到2号站" in moved
    assert anna.post(path, wish="cancel", channel="pigeon").status_code == 400
    with runtime.db.reading() as session:
        assert has(session, rider, runtime.now()) == 50
        assert vouchers.of(session, rider, one.id).state == "cancelled"


def test_stock_of_others_is_as_if_it_did_not_exist(anna, clerk, shelf) -> None:
    beate = clerk(Role.COMMUNITY_WORKER, "B1")

    assert_out_of_reach(beate, "GET", at(shelf))
    assert_out_of_reach(beate, "POST", f"{at(shelf)}/receive", pieces="1")
    assert "还没有驿站有它" in text(beate.get(f"/rewards/{shelf.reward_id}"))
