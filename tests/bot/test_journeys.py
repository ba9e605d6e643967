from collections.abc import Callable
from datetime import timedelta

from server.runtime import Runtime
from server.volunteers.activities.staffing import Time
from tests.bot.driver import Phone
from tests.clock import Clock
from tests.factories import an_activity


def publish(runtime: Runtime, **facts: object) -> int:
    """Publish an activity and return the number that people type."""
    with runtime.db.transaction() as session:
        return an_activity(session, runtime.now(), **facts).number  # type: ignore[arg-type]


def test_a_follower_is_welcomed_with_a_numbered_list(phone: Callable[[], Phone]) -> None:
    welcome = phone().follows()

    assert welcome.startswith("您好，这里是暖蜂")
    assert "1. 活动" in welcome


def test_a_volunteer_signs_up_by_one_reply(runtime: Runtime, zhao: Phone) -> None:
    number = publish(runtime, capacity=3, title="社区图书角整理")

    listed = zhao.says("活动")
    joined = zhao.says(f"报名{number}")

    assert f"{number}. 社区图书角整理 余3位" in listed
    assert "3月11日（周三）09:00" in listed
    for words in (
        "报名成功：社区图书角整理",
        "3月11日（周三）09:00–11:00",
        "示例社区活动室",
        "示例·王芳",
        "搬书注意腰部",
        f"“取消 {number}”",
    ):
        assert words in joined
    assert "已报名" in zhao.says("活动")
    assert f"{number}. 社区图书角整理 已报名" in zhao.says("我的")


def test_the_last_place_and_the_line_behind_it(
    runtime: Runtime, zhao: Phone, phone: Callable[[], Phone]
) -> None:
    number = publish(runtime, capacity=1, title="陪老人量血压")
    qian = phone()
    qian.follows()

    assert "报名成功" in zhao.says(f"报名 {number}")
    waiting = qian.says(f"我想报名第{number}个，谢谢")
    assert "候补第1位：陪老人量血压" in waiting
    assert f"{number}. 陪老人量血压 候补中" in qian.says("活动")
    assert "候补第1位" in qian.says("我的")

    assert "已取消：陪老人量血压" in zhao.says(f"取消{number}")
    offered = qian.says("我的")
    assert "名额留到3月9日（周一）11:00" in offered
    assert "“接受”" in offered
    assert "等您接受" in qian.says("活动")

    assert "报名成功：陪老人量血压" in qian.says("接受")
    assert f"{number}. 陪老人量血压 已报名" in qian.says("我的")
    assert zhao.says("我的") == "您现在没有报名。回复“活动”看看正在招募的。"


def test_an_offer_that_is_passed_on_goes_to_the_next(
    runtime: Runtime, zhao: Phone, phone: Callable[[], Phone]
) -> None:
    number = publish(runtime, capacity=1)
    qian, sun = phone(), phone()
    zhao.says(f"报名{number}")
    qian.says(f"报名{number}")
    assert "候补第2位" in sun.says(f"报名{number}")
    zhao.says(f"取消{number}")

    assert qian.says("放弃").startswith("已放弃")
    assert "名额留到" in sun.says("我的")
    assert "“放弃”" in sun.says(f"报名{number}")


def test_an_offer_answered_too_late_says_what_to_do(
    runtime: Runtime, zhao: Phone, phone: Callable[[], Phone], clock: Clock
) -> None:
    number = publish(runtime, capacity=1)
    qian = phone()
    zhao.says(f"报名{number}")
    qian.says(f"报名{number}")
    zhao.says(f"取消{number}")

    clock.advance(hours=3)

    assert f"“报名 {number}”" in qian.says("接受")


def test_nobody_is_offered_anything(zhao: Phone) -> None:
    assert zhao.says("接受").startswith("现在没有等您答复的名额")
    assert zhao.says("放弃").startswith("现在没有等您答复的名额")


def test_of_several_offers_the_number_chooses(
    runtime: Runtime, zhao: Phone, phone: Callable[[], Phone]
) -> None:
    first = publish(runtime, capacity=1, title="早班")
    second = publish(runtime, capacity=1, title="晚班", starts_in=timedelta(hours=72))
    third = publish(runtime, capacity=1, title="夜班", starts_in=timedelta(hours=96))
    qian = phone()
    for number in (first, second, third):
        zhao.says(f"报名{number}")
        qian.says(f"报名{number}")
        zhao.says(f"取消{number}")

    asked = qian.says("接受")
    assert "1. 早班" in asked
    assert "2. 晚班" in asked
    assert "报名成功：晚班" in qian.says("2")
    assert "报名成功：早班" in qian.says(f"接受{first}")
    assert "已放弃：夜班" in qian.says(f"放弃{third}")
    assert "已放弃：夜班" in qian.says(f"放弃{third}")


def test_an_activity_with_several_times_asks_which(
    runtime: Runtime, zhao: Phone, clock: Clock
) -> None:
    morning = clock.now() + timedelta(days=2)
    times = tuple(
        Time(morning + timedelta(hours=start), morning + timedelta(hours=start + 2), 2)
        for start in (0, 4)
    )
    number = publish(runtime, title="便民理发", times=times)

    assert "等2个时间" not in zhao.says("活动")
    asked = zhao.says(f"报名{number}")
    assert "1. 3月11日（周三）09:00–11:00 余2位" in asked
    assert "2. 3月11日（周三）13:00–15:00" in asked
    assert "13:00–15:00" in zhao.says("2")
    assert "09:00–11:00" in zhao.says(f"报名{number}")
    assert "报名成功" in zhao.says("1")

    which = zhao.says(f"取消{number}")
    assert which.startswith("取消哪一个")
    assert "已取消：便民理发（3月11日（周三）13:00）" in zhao.says("2")
    assert "已取消：便民理发（3月11日（周三）09:00）" in zhao.says(f"取消{number}")
    assert zhao.says(f"取消{number}").startswith("您没有报名“便民理发”")


def test_to_cancel_without_a_number_lists_what_there_is(runtime: Runtime, zhao: Phone) -> None:
    assert zhao.says("取消") == "您现在没有报名。回复“活动”看看正在招募的。"
    number = publish(runtime, title="清理河道")
    zhao.says(f"报名{number}")

    assert "1. 清理河道" in zhao.says("不去了")
    assert zhao.says("1").startswith("已取消：清理河道")
    assert zhao.says("1").startswith("已取消：清理河道")


def test_the_chosen_number_is_the_activitys_own(runtime: Runtime, zhao: Phone) -> None:
    publish(runtime, title="第一个", starts_in=timedelta(hours=96))
    sooner = publish(runtime, title="先截止的")

    assert zhao.says("活动").index("先截止的") < zhao.says("活动").index("第一个")
    assert "报名成功：先截止的" in zhao.says(str(sooner))


def test_long_lists_come_in_pages(runtime: Runtime, zhao: Phone) -> None:
    for place in range(8):
        publish(runtime, title=f"活动之{place}" + "长" * 60, place="远" * 110, capacity=9)

    first, second = zhao.says("活动"), zhao.says("更多")

    assert "“更多”" in first
    assert len(first.encode()) < 2048
    assert "活动之0" in first
    assert "活动之6" in second
    assert "活动之7" in second
    assert zhao.says("8").startswith("报名成功：活动之7")
    assert zhao.says("更多").startswith("没有更多了")


def test_a_list_may_be_narrowed_to_a_kind_a_team_a_place_or_words(
    runtime: Runtime, zhao: Phone
) -> None:
    publish(runtime, title="社区义诊", field="medical_and_health")
    publish(runtime, title="青年骑行", team="youth", place="汾河边")

    assert "社区义诊" in zhao.says("活动 医疗")
    assert "青年骑行" not in zhao.says("活动 医疗")
    assert "青年骑行" in zhao.says("青年的活动")
    assert zhao.says("活动 青年") == zhao.says("我想看看青年志愿活动")
    assert "社区义诊" in zhao.says("活动 迎泽")
    assert "青年骑行" in zhao.says("志愿 汾河")
    assert zhao.says("活动 月球").startswith("没有找到和“月球”有关的活动")


def test_one_activity_is_told_in_full(runtime: Runtime, zhao: Phone) -> None:
    number = publish(runtime, title="社区义诊", capacity=4)

    told = zhao.says(f"活动{number}")

    assert told.startswith(f"{number}. 社区义诊\n3月11日（周三）09:00–11:00 余4位")
    assert "搬书注意腰部" in told
    assert "没有找到这个活动" in zhao.says("详情 99")


def test_refusals_say_what_to_do_next(
    runtime: Runtime, zhao: Phone, phone: Callable[[], Phone]
) -> None:
    number = publish(runtime, title="早上的")
    rival = publish(runtime, title="同时的")
    zhao.says(f"报名{number}")

    assert zhao.says("报名 999") == "没有找到这个活动。回复“活动”看看正在招募的。"
    assert f"“取消 {number}”" in zhao.says(f"报名{rival}")
    assert zhao.says(f"取消{rival}").startswith("您没有报名“同时的”")
    # somebody unknown to us is refused just so, on their very first message
    assert phone().says("报名 999").startswith("没有找到这个活动")


def test_nothing_is_left_of_a_refused_message_but_its_reply(runtime: Runtime, zhao: Phone) -> None:
    publish(runtime, title="甲")
    before = zhao.says("活动")

    zhao.says("报名 999")

    assert zhao.says("活动") == before
    assert zhao.says("1").startswith("报名成功：甲")


def test_what_is_over_is_told_as_over(runtime: Runtime, zhao: Phone, clock: Clock) -> None:
    number = publish(runtime, title="昨天的", starts_in=timedelta(hours=2))

    clock.advance(hours=5)

    assert zhao.says(f"报名{number}") == "“昨天的”报名已截止。回复“活动”看看别的。"
    assert zhao.says("活动").startswith("现在没有正在招募的活动")
    assert "报名已截止" in zhao.says(f"活动{number}")


def test_leaving_late_is_told_kindly(runtime: Runtime, zhao: Phone, clock: Clock) -> None:
    number = publish(runtime, starts_in=timedelta(hours=30))
    zhao.says(f"报名{number}")

    clock.advance(hours=20)

    assert "记为临时取消" in zhao.says(f"取消{number}")


def test_shifts_close_in_time_bring_a_warning(runtime: Runtime, zhao: Phone, clock: Clock) -> None:
    first = publish(runtime, title="早班")
    second = publish(runtime, title="午班", starts_in=timedelta(hours=50, minutes=10))
    zhao.says(f"报名{first}")

    assert "“早班”时间很近" in zhao.says(f"报名{second}")


def test_of_several_times_only_those_ahead_are_asked_about(
    runtime: Runtime, zhao: Phone, clock: Clock
) -> None:
    soon = clock.now() + timedelta(hours=3)
    times = tuple(
        Time(soon + timedelta(hours=start), soon + timedelta(hours=start + 2), 2)
        for start in (0, 24)
    )
    number = publish(runtime, title="便民理发", times=times)

    clock.advance(hours=6)
    assert "3月10日（周二）12:00–14:00" in zhao.says(f"报名{number}")
    clock.advance(hours=30)
    assert zhao.says(f"报名{number}") == "“便民理发”报名已截止。回复“活动”看看别的。"


def test_a_long_list_of_ones_own_tells_how_many_more(runtime: Runtime, zhao: Phone) -> None:
    for day in range(8):
        zhao.says(f"报名{publish(runtime, starts_in=timedelta(days=2 + day))}")

    assert "还有2个" in zhao.says("我的")
    assert len(zhao.says("我的").encode()) < 2048


def test_an_offer_of_several_times_is_not_guessed(
    runtime: Runtime, zhao: Phone, clock: Clock
) -> None:
    soon = clock.now() + timedelta(hours=30)
    times = tuple(
        Time(soon + timedelta(hours=start), soon + timedelta(hours=start + 2), 2)
        for start in (0, 24)
    )
    number = publish(runtime, title="便民理发", times=times)

    assert zhao.says(f"接受{number}").startswith("“便民理发”现在没有留给您的名额")
    assert zhao.says(f"放弃{number}").startswith("“便民理发”现在没有留给您的名额")
