"""积分 in chat: what one has, every line by its number, and why."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.people import identities
from server.people.models import App
from server.riders.points import maturing, reversing, spending
from server.runtime import Runtime
from tests.bot.driver import Phone
from tests.clock import Clock
from tests.server.riders.acts import earn, riding


@pytest.fixture
def rider(runtime: Runtime, zhao: Phone) -> int:
    """Zhao, who has registered as a rider."""
    with runtime.db.transaction() as session:
        known = identities.welcome(session, App.OFFICIAL, zhao.openid, runtime.now())
        riding(session, known.person_id, runtime.now())
        return known.person_id


@pytest.fixture
def earned(runtime: Runtime, rider: int) -> Callable[..., None]:
    """Give five points for each of so many suggestions."""

    def give(how_many: int, begins: int = 0) -> None:
        with runtime.db.transaction() as session:
            for number in range(begins, begins + how_many):
                source = f"suggestion:{number}"
                earn(session, rider, runtime.now(), source, code="SUGGEST_ADOPTED")

    return give


@pytest.mark.parametrize("words", ["积分", "积分明细", "我的积分"])
def test_who_is_no_rider_is_told_the_word_that_registers(zhao: Phone, words: str) -> None:
    assert "回复“骑手”登记" in zhao.says(words)


def test_the_balance_says_what_is_there_on_its_way_and_runs_out_first(
    runtime: Runtime, zhao: Phone, rider: int, earned
) -> None:
    earned(1)
    with runtime.db.transaction() as session:
        earn(session, rider, runtime.now(), "service_record:1", code="VOL_HOUR", units=3)

    assert zhao.says("我的积分") == (
        "您有5分积分。另有3分待到账，明天就到。最先到期的是5分，有效到2027年12月31日。\n"
        "换东西请回复“兑换”；看每一笔和原因，请回复“积分明细”。"
    )


def test_who_has_none_yet_reads_so(zhao: Phone, rider: int) -> None:
    assert zhao.says("积分").startswith("您有0分积分。\n")
    assert zhao.says("积分明细") == "还没有积分明细。您的余额请回复“积分”看。"


def test_a_number_tells_why_in_plain_words(
    runtime: Runtime, zhao: Phone, rider: int, clock: Clock
) -> None:
    with runtime.db.transaction() as session:
        at = runtime.now() - timedelta(hours=2)
        earn(session, rider, runtime.now(), "service_record:7", code="VOL_HOUR", units=2, at=at)
        clock.advance(days=1)
        maturing.mature(session, runtime.now())

    assert zhao.says("积分明细") == (
        "积分明细，新的在前：\n1. +2分 志愿服务每满1小时\n   3月10日（周二）09:00\n"
        "看一笔的原因请回复编号，例如“1”。"
    )
    why = (
        "1. +2分 志愿服务每满1小时\n   3月10日（周二）09:00\n记完这笔余额2分。\n"
        "为什么：3月9日（周一）07:00的“志愿服务每满1小时”，带队人核实过，"
        "按当天的规则（第1版）计分。一天最多算4次。\n有效到2027年12月31日。"
    )
    assert [zhao.says("1"), zhao.says("1")] == [why, why]
    assert "没有“2”" in zhao.says("2")


def test_what_was_paid_and_taken_back_says_so(runtime: Runtime, zhao: Phone, rider: int) -> None:
    with runtime.db.transaction() as session:
        now = runtime.now()
        award = earn(session, rider, now, code="SUGGEST_ADOPTED")
        spending.spend(session, rider, 4, "redemption:3", now)
        reversing.reverse(session, award.transaction_id, "建议是抄来的", now)

    told = zhao.says("积分明细")

    assert "3. -1分 撤销：建议被采纳" in told
    assert "2. -4分 兑换" in told
    assert "原因：建议是抄来的\n其中4分已经用掉，没有再扣。" in zhao.says("3")
    assert "积分暂停累计到" in zhao.says("积分")


def test_older_lines_follow_ten_by_ten_and_keep_their_numbers(zhao: Phone, earned) -> None:
    earned(12)

    first, second = zhao.says("积分明细"), zhao.says("更多")

    numbers = [line.partition(".")[0] for line in first.splitlines() if "分 建议" in line]
    assert numbers == [str(number) for number in range(12, 2, -1)]
    assert first.endswith("看更早的请回复“更多”。")
    assert [line[:2] for line in second.splitlines()[1::2][:2]] == ["2.", "1."]
    assert zhao.says("2").startswith("2. +5分")
    assert zhao.says("更多").startswith("没有更多了")


def test_the_longest_list_fits_wechat_and_costs_the_same_however_long(
    zhao: Phone, earned, statements
) -> None:
    costs = []
    for begins, more in ((0, 1), (1, 11)):
        earned(more, begins)
        zhao.says("积分明细")
        with statements() as seen:
            assert len(zhao.says("积分明细").encode()) <= 2048
        costs.append(len(seen))

    assert costs[0] == costs[1]


def test_a_month_is_told_with_what_moved_and_leads_on(
    runtime: Runtime, clock: Clock, zhao: Phone, rider: int, earned
) -> None:
    earned(2)
    clock.advance(days=23)

    told = zhao.says("积分月报")

    assert told == (
        "3月积分月报\n月初0分，月末10分。\n得到10分：建议被采纳10分。\n"
        "最先到期：10分，有效到2027年12月31日。\n1. 看4月\n看每一笔请回复“积分明细”。"
    )
    assert zhao.says("1").startswith("4月积分月报\n月初10分，月末10分。\n这个月没有变动。")
    assert zhao.says("积分月报 3") == told
    assert zhao.says("月报 3月").startswith("3月积分月报")


@pytest.mark.parametrize(
    ("words", "answer"),
    [("积分月报 13", "请换一个月份"), ("积分月报 0", "请换一个月份"), ("月报", "月积分月报")],
)
def test_a_month_that_is_none_is_told_so(zhao: Phone, rider: int, words: str, answer: str) -> None:
    assert answer in zhao.says(words)


def test_who_is_no_rider_has_no_month(zhao: Phone) -> None:
    assert "回复“骑手”登记" in zhao.says("积分月报")
