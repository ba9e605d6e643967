"""Ways that WeChat closes to everybody: nobody knocks there, nothing is lost, no try is counted."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server.notices import circuits
from server.notices.circuits import Closure
from server.notices.models import Circuit, NoticeState
from server.runtime import Runtime
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Look, Tell, a_follower, person_of
from tests.server.notices.test_delivery import CUSTOM, SUBSCRIBE, TEMPLATE, allow, go_wrong
from tests.server.notices.workers import balance, deliver

MIDNIGHT = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # in Beijing


def calls(emulator: Emulator, path: str) -> int:
    return emulator.ask("GET", "/_/journal")["calls"].get(f"in {path}", 0)


def closed(runtime: Runtime) -> dict[str, datetime | None]:
    with runtime.db.reading() as session:
        return {row.way: row.closed_until for row in session.scalars(select(Circuit))}


def someone(emulator: Emulator, clock: Clock) -> Phone:
    return a_follower(emulator, clock, "示例·韩梅")


@pytest.mark.parametrize("code", [45009, 44993])
def test_a_days_quota_closes_the_way_until_midnight_for_everybody(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    look: Look,
    emulator: Emulator,
    code: int,
    clock: Clock,
) -> None:
    tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", code, times=100)
    assert deliver(runtime) == {"waits circuit": 1}
    other = tell(someone(emulator, clock), key="other")

    assert deliver(runtime) == {"waits circuit": 1}

    assert calls(emulator, TEMPLATE) == 1
    assert closed(runtime) == {"official:template": MIDNIGHT}
    assert (look(other).due_at, look(other).attempts) == (MIDNIGHT, 0)
    assert f"template: closed ({code})" in str(look(other).outcome)


def test_after_midnight_what_waited_goes_when_people_are_up(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, clock: Clock
) -> None:
    notice = tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", 45009)
    deliver(runtime)

    clock.set(MIDNIGHT - timedelta(seconds=1))
    assert deliver(runtime) == {}
    clock.set(MIDNIGHT)
    assert deliver(runtime) == {"waits quiet": 1}
    clock.set(look(notice).due_at)
    assert deliver(runtime) == {"sent template": 1}


def test_a_minutes_quota_closes_it_until_the_next_minute(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    clock.advance(seconds=20)
    tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", 44991)
    assert deliver(runtime) == {"waits circuit": 1}

    clock.advance(seconds=40)
    assert deliver(runtime) == {"sent template": 1}


def test_meanwhile_notices_go_by_the_next_way_and_keep_their_credit(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator
) -> None:
    allow(phone)
    tell(phone)
    go_wrong(emulator, SUBSCRIBE, "errcode", 45009, times=100)

    assert deliver(runtime) == {"sent template": 1}
    tell(phone, key="next")
    assert deliver(runtime) == {"sent template": 1}

    assert calls(emulator, SUBSCRIBE) == 1
    assert balance(runtime) == 1


@pytest.mark.parametrize(
    ("code", "way"),
    [
        (43116, "official:template:tpl-offer"),
        (43107, "official:template:tpl-offer"),
        (43106, "official:template"),
        (48001, "official:template"),
        (48004, "official:template"),
        (50002, "official:template"),
    ],
)
def test_a_dead_channel_is_closed_until_staff_open_it(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    look: Look,
    emulator: Emulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    code: int,
    way: str,
) -> None:
    notice = tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", code, times=1)

    assert deliver(runtime) == {"waits circuit": 1}
    assert closed(runtime) == {way: None}
    told = [each for each in caplog.records if each.name == "server.notices.circuits"]
    assert [each.levelno for each in told] == [logging.ERROR]
    clock.advance(minutes=15)
    assert deliver(runtime) == {"waits circuit": 1}
    assert look(notice).attempts == 0

    with runtime.db.transaction() as session:
        assert circuits.reopen(session, way, clock())
        assert not circuits.reopen(session, way, clock())
    assert deliver(runtime) == {"sent template": 1}
    assert calls(emulator, TEMPLATE) == 2


def test_a_banned_template_closes_no_other(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", 43116)
    assert deliver(runtime) == {"waits circuit": 1}

    tell(someone(emulator, clock), "volunteers.cancelled", "other")
    assert deliver(runtime) == {"sent template": 1}


def test_what_waits_for_staff_is_dropped_when_its_time_is_over(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, clock: Clock
) -> None:
    notice = tell(phone, not_after=clock() + timedelta(hours=1))
    go_wrong(emulator, TEMPLATE, "errcode", 48001)
    deliver(runtime)

    clock.advance(hours=2)
    assert deliver(runtime) == {"dropped late": 1}
    assert look(notice).state is NoticeState.DROPPED


def test_what_waits_for_staff_takes_another_way_that_opens_meanwhile(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", 48001)
    deliver(runtime)

    phone.say("活动")
    clock.advance(minutes=10)
    assert deliver(runtime) == {"sent service": 1}


@pytest.mark.parametrize("code", [40013, 40125, 40164, 40243, 50004, 89503])
def test_wrong_settings_rest_every_way_of_the_app_for_a_minute(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    look: Look,
    emulator: Emulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    code: int,
) -> None:
    phone.say("活动")
    allow(phone)
    notice = tell(phone)
    go_wrong(emulator, CUSTOM, "errcode", code)

    assert deliver(runtime) == {"waits circuit": 1}

    assert closed(runtime) == {"official": clock() + timedelta(minutes=1)}
    assert calls(emulator, CUSTOM) == 1
    assert calls(emulator, SUBSCRIBE) == calls(emulator, TEMPLATE) == 0
    assert look(notice).attempts == 0
    told = [each.levelno for each in caplog.records if each.name == "server.notices.circuits"]
    assert told == [logging.CRITICAL]
    clock.advance(minutes=1)
    assert deliver(runtime) == {"sent service": 1}


def test_without_a_token_nothing_is_tried_and_nothing_is_lost(
    runtime: Runtime, phone: Phone, tell: Tell, emulator: Emulator, clock: Clock
) -> None:
    go_wrong(emulator, "/cgi-bin/stable_token", "errcode", 40164)
    tell(phone)

    assert deliver(runtime) == {"waits circuit": 1}
    assert calls(emulator, TEMPLATE) == 0
    runtime.store.drop(f"wechat:token:{runtime.settings.official.app_id}:fault")
    clock.advance(minutes=1)
    assert set(deliver(runtime)) <= {"sent template", "waits circuit"}


@pytest.mark.parametrize("code", [43117, 40241])
def test_too_often_to_one_delays_that_one_by_a_minute_and_nobody_else(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    look: Look,
    emulator: Emulator,
    clock: Clock,
    code: int,
) -> None:
    first, second = tell(phone, key="first"), tell(phone, key="second")
    go_wrong(emulator, TEMPLATE, "errcode", code)

    assert deliver(runtime) == {"waits pace": 1}

    assert look(first).due_at == look(second).due_at == clock() + timedelta(seconds=60)
    assert closed(runtime) == {}
    tell(someone(emulator, clock), key="other")
    assert deliver(runtime) == {"sent template": 1}
    clock.advance(seconds=60)
    assert deliver(runtime) == {"sent template": 2}


def test_a_closure_is_never_shortened(runtime: Runtime, clock: Clock) -> None:
    soon, later = clock() + timedelta(minutes=1), clock() + timedelta(hours=1)
    for until in (soon, later, soon, None, later):
        with runtime.db.transaction() as session:
            circuits.close(session, [Closure("official", until, 40164, "x")], clock())
    assert closed(runtime) == {"official": None}


def test_control_without_circuits_everybody_knocks(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    monkeypatch.setattr(circuits, "closed", lambda *_: {})
    go_wrong(emulator, TEMPLATE, "errcode", 45009, times=100)
    for each in (phone, someone(emulator, clock)):
        tell(each, key=str(person_of(runtime.db, each)))

    assert deliver(runtime) == {"unreachable all": 2}
    assert calls(emulator, TEMPLATE) == 2


def test_a_mistake_of_ours_keeps_all_that_is_needed_to_mend_it_and_tells_no_log_whose_it_was(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    look: Look,
    emulator: Emulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    notice = tell(phone)
    go_wrong(emulator, TEMPLATE, "errcode", 47003)

    assert deliver(runtime) == {"dead refused": 1}

    assert "rid " in str(look(notice).outcome)
    assert look(notice).facts["title"]
    [told] = [each for each in caplog.records if each.name == "server.notices.answers"]
    assert "47003" in told.getMessage()
    assert phone.openid not in caplog.text
