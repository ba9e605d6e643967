"""The chat says how to allow reminders when they will be worth it, and leaves people alone else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.settings import Settings, Templates
from server.notices import asking, credits
from server.notices.models import Source
from server.people import identities
from server.people.identities import Known
from server.people.models import Account, App
from server.runtime import Runtime
from tests.bot.driver import Phone
from tests.clock import Clock
from tests.factories import an_activity

LINE = "请打开小程序点“允许提醒”"


@pytest.fixture
def number(runtime: Runtime) -> Callable[[], int]:
    def publish(**facts: object) -> int:
        with runtime.db.transaction() as session:
            return an_activity(session, runtime.now(), capacity=2, **facts).number

    return publish


def known(runtime: Runtime, phone: Phone) -> Known:
    with runtime.db.reading() as session:
        found = identities.recognise(session, App.OFFICIAL, phone.openid)
    assert found is not None
    return found


def uses_the_mini_program(runtime: Runtime, phone: Phone) -> int:
    with runtime.db.transaction() as session:
        account = Account(
            person_id=known(runtime, phone).person_id,
            app=App.MINIPROGRAM,
            openid=f"mini{phone.openid}"[:60],
            created_at=runtime.now(),
        )
        session.add(account)
        session.flush()
        return account.id


def test_who_uses_the_mini_program_is_told_once_a_day(
    runtime: Runtime, zhao: Phone, number, clock: Clock
) -> None:
    uses_the_mini_program(runtime, zhao)

    first = zhao.says(f"报名 {number(title='甲')}")
    second = zhao.says(f"报名 {number(title='乙', starts_in=timedelta(days=4))}")
    clock.advance(days=1)
    third = zhao.says("求助 阳台灯坏了，示例区") + zhao.says(
        f"报名 {number(starts_in=timedelta(days=6))}"
    )

    assert first.count(LINE) == 1
    assert "报名成功" in second
    assert LINE not in second
    assert third.count(LINE) == 1


def test_who_is_reached_by_template_message_and_never_uses_it_is_left_alone(
    zhao: Phone, number
) -> None:
    assert LINE not in zhao.says(f"报名 {number()}")


class TestWithoutTemplateMessages:
    """Where no template message goes out, whoever follows is not reached once the window shuts."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        none = Templates(reminder_template="", offer_template="", progress_template="")
        return settings.model_copy(update={"templates": none})

    def test_everybody_is_told(self, zhao: Phone, number) -> None:
        assert LINE in zhao.says(f"报名 {number()}")

    def test_in_line_it_is_the_place_that_is_worth_hearing_of(
        self, phone: Callable[[], Phone], zhao: Phone, number
    ) -> None:
        activity = number()
        for _ in range(2):
            other = phone()
            other.follows()
            other.says(f"报名 {activity}")

        assert "想一有名额就收到微信提醒" in zhao.says(f"报名 {activity}")

    @pytest.mark.parametrize("source", ["one time", "for good", "turned off"])
    def test_who_has_answered_is_not_asked(
        self, runtime: Runtime, zhao: Phone, number, source: str
    ) -> None:
        account = uses_the_mini_program(runtime, zhao)
        with runtime.db.transaction() as session:
            now, lasting = runtime.now(), source == "for good"
            template = "tpl-reminder"
            credits.accept(session, account, template, now, Source.CLIENT, lasting=lasting)
            if source == "turned off":
                credits.reject(session, account, template, now)

        assert LINE not in zhao.says(f"报名 {number()}")

    def test_who_stopped_reminders_is_never_asked(self, zhao: Phone, number) -> None:
        zhao.says("停止提醒")
        assert LINE not in zhao.says(f"报名 {number()}")

    def test_who_lets_them_come_again_is(self, zhao: Phone, number) -> None:
        zhao.says("停止提醒")
        zhao.says("恢复提醒")
        assert LINE in zhao.says(f"报名 {number()}")

    def test_two_at_once_say_it_once(self, runtime: Runtime, zhao: Phone, at_once) -> None:
        def offer(_number: int) -> str | None:
            with runtime.db.transaction() as session:
                who, now = known(runtime, zhao), runtime.now()
                return asking.offer(session, who, "signup", now, runtime.settings)

        assert sorted(map(str, at_once(4, offer))) == ["None", "None", "None", "reminder"]

    def test_control_without_the_condition_each_would(
        self, runtime: Runtime, zhao: Phone, clock: Clock
    ) -> None:
        """What is noted is what holds the next one back."""
        said = []
        for _ in range(2):
            with runtime.db.transaction() as session:
                who = known(runtime, zhao)
                said.append(asking.offer(session, who, "signup", clock(), runtime.settings))
                session.scalars(select(Account)).one().offered_at = None
        assert said == ["reminder", "reminder"]


class TestWithoutSubscriptions:
    """A district without subscription messages asks for none."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        none = Templates(reminder="", cancelled="", signup="", offer="")
        return settings.model_copy(update={"templates": none})

    def test_nobody_is_told(self, zhao: Phone, number) -> None:
        assert LINE not in zhao.says(f"报名 {number()}")
