"""Reminders in chat: what is coming, put off once, stopped and resumed at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from config.wording import sentences
from server.notices.models import Notice, NoticeState
from server.people.models import Person
from tests.factories import an_activity


@pytest.fixture
def number(runtime) -> int:
    with runtime.db.transaction() as session:
        return an_activity(session, runtime.now(), capacity=5).number


@pytest.fixture
def reminded(runtime, zhao, number, clock):
    """Somebody who was reminded just now of a shift tomorrow."""
    zhao.says(f"报名 {number}")
    clock.advance(days=1)
    with runtime.db.transaction() as session:
        sent = {"state": NoticeState.SENT, "settled_at": clock(), "channel": "template"}
        session.execute(update(Notice).values(**sent))
    return zhao


def test_one_reads_what_is_coming_and_when(zhao, number) -> None:
    zhao.says(f"报名 {number}")

    shown = zhao.says("提醒")

    assert shown.startswith("提醒：开着，活动开始前1天提醒您。\n")
    assert "3月10日（周二）09:00 活动提醒：社区图书角整理" in shown
    assert "1. 停止提醒" in shown


def test_whoever_has_nothing_coming_is_told_so(zhao) -> None:
    assert "现在没有要提醒您的事" in zhao.says("我的提醒")


@pytest.mark.parametrize(
    ("number_said", "answer"),
    [
        ("1", "已停止提醒"),
        ("2", "最近没有可以推迟的提醒"),
        ("3", "好的，以后在活动开始前1天提醒您"),
        ("4", "好的，以后在活动开始前2小时提醒您"),
        ("5", "好的，以后同一件事最多提醒您一次"),
    ],
)
def test_every_number_leads_on(zhao, number_said: str, answer: str) -> None:
    zhao.says("提醒")

    assert answer in zhao.says(number_said)


def test_the_last_one_is_put_off_once(reminded) -> None:
    assert reminded.says("稍后") == "好的，3月10日（周二）11:00再提醒您一次。"

    assert "3月10日（周二）11:00会再提醒您一次" in reminded.says("稍后")
    assert "3月10日（周二）11:00 活动提醒" in reminded.says("提醒")


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("稍后 3小时", "3月10日（周二）12:00"),
        ("稍后90分钟", "3月10日（周二）10:30"),
        ("稍后半小时", "3月10日（周二）09:30"),
        ("稍后 两个小时", "3月10日（周二）11:00"),
    ],
)
def test_it_may_be_said_for_how_long(reminded, words: str, when: str) -> None:
    assert when in reminded.says(words)


def test_tomorrow_is_too_late_for_what_begins_tomorrow_at_nine(reminded) -> None:
    assert "来不及再提醒了，3月11日（周三）09:00就到时间了" in reminded.says("稍后 明天")
    assert "来不及" in reminded.says("稍后 三天")


def test_tomorrow_means_nine_in_the_morning(runtime, zhao, clock) -> None:
    with runtime.db.transaction() as session:
        activity = an_activity(session, clock(), starts_in=timedelta(hours=54))
    zhao.says(f"报名 {activity.number}")
    clock.advance(hours=31)
    with runtime.db.transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.SENT, settled_at=clock()))

    assert zhao.says("明天再提醒") == "好的，3月11日（周三）09:00再提醒您一次。"


def test_who_stopped_reminders_reads_how_to_resume(reminded) -> None:
    reminded.says("停止提醒")

    assert "请回复“恢复提醒”" in reminded.says("稍后")
    assert reminded.says("提醒").startswith("提醒已停止")
    assert reminded.says("1").startswith("已恢复提醒")
    assert "再提醒您一次" in reminded.says("稍后")


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("提前2小时提醒", 120),
        ("提前一天提醒我", 1440),
        ("提前30分钟提醒", 30),
        ("提前半小时提醒", 30),
    ],
)
def test_one_chooses_how_long_before(runtime, zhao, number, words: str, minutes: int) -> None:
    zhao.says(f"报名 {number}")

    assert "提醒您" in zhao.says(words)

    with runtime.db.reading() as session:
        assert session.scalars(select(Person.remind_minutes)).one() == minutes
        due = session.scalars(select(Notice.due_at)).one()
    assert due == runtime.now() + timedelta(hours=48, minutes=-minutes)


def test_a_lead_that_makes_no_sense_is_turned_down(zhao) -> None:
    assert "可以提前30分钟到7天提醒" in zhao.says("提前8天提醒")


def test_the_reminder_itself_says_how_to_put_it_off_and_how_to_stop_it(runtime, zhao, number):
    zhao.says(f"报名 {number}")

    with runtime.db.reading() as session:
        facts = session.scalars(select(Notice.facts)).one()
    assert facts["how"] == "回复“稍后”晚点再提醒，“停止提醒”不再提醒。"
    assert "{how}" in sentences()["notices.reminder"]


def test_one_may_be_reminded_once_and_again_as_everybody(zhao) -> None:
    assert "5. 同一件事只提醒一次" in zhao.says("提醒")

    assert "最多提醒您一次" in zhao.says("少提醒")

    assert "5. 同一件事可以提醒两次" in zhao.says("提醒")
    assert "最多提醒您两次" in zhao.says("5")
