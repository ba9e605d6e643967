"""What WeChat tells of a message afterwards: noted once, in whatever order it comes."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from server.notices import results
from server.notices.channels import Way
from server.notices.models import Notice, NoticeState
from server.notices.results import Result
from server.runtime import Runtime
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Look, Tell, person_of
from tests.server.notices.workers import begin, claim, deliver, take, wait_until

TEMPLATE = "/cgi-bin/message/template/send"
BIZSEND = "/cgi-bin/message/subscribe/bizsend"


def fare(emulator: Emulator, path: str, status: str) -> None:
    fault = {"path": path, "kind": "job_status", "value": status, "times": 1}
    emulator.ask("POST", "/_/faults", fault)


def note(
    runtime: Runtime, person: int, message: str, result: Result, way: Way = Way.TEMPLATE
) -> bool:
    with runtime.db.transaction() as session:
        return results.note(session, person, message, (way,), result, runtime.now())


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("success", Result.DELIVERED),
        ("failed:user block", Result.BLOCKED),
        ("failed: user block", Result.BLOCKED),
        ("failed: system failed", Result.FAILED),
        ("failed:freq limit", Result.FAILED),
    ],
)
def test_how_a_template_message_fared_stands_with_the_notice(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    look: Look,
    emulator: Emulator,
    status: str,
    result: Result,
) -> None:
    fare(emulator, TEMPLATE, status)
    notice = tell(phone)

    assert deliver(runtime) == {"sent template": 1}

    wait_until(lambda: look(notice).result is not None)
    assert look(notice).result == result
    assert look(notice).result_at
    assert look(notice).state is NoticeState.SENT


@pytest.mark.parametrize(
    ("status", "result"), [("success", "delivered"), ("failed", "system failed")]
)
@pytest.mark.parametrize("through", ["official", "miniprogram"])
def test_how_a_subscription_message_fared_stands_with_the_notice(
    runtime: Runtime,
    phone: Phone,
    tell: Tell,
    look: Look,
    emulator: Emulator,
    miniprogram: None,
    through: str,
    status: str,
    result: str,
) -> None:
    """The official account wraps the rows; the mini-program does not, and one row is no list."""
    fare(emulator, BIZSEND if through == "official" else "/cgi-bin/message/subscribe/send", status)
    phone.do("subscription", template_id="tpl-offer", answer="accept", app=through)
    notice = tell(phone)

    way = "notification" if through == "official" else "subscription"
    assert deliver(runtime) == {f"sent {way}": 1}

    wait_until(lambda: look(notice).result is not None)
    assert look(notice).result == result


def test_an_event_that_comes_before_the_send_is_settled_stays(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    notice = tell(phone)
    [mine] = claim(runtime)
    begun = begin(runtime, mine)

    assert note(runtime, mine.person_id, "77", Result.DELIVERED)
    assert take(runtime, heard=[(begun, "77")]).ended == ["sent template"]

    assert (look(notice).state, look(notice).result) == (NoticeState.SENT, "delivered")
    assert look(notice).message_id == "77"


def test_an_early_event_stays_where_wechat_gave_no_id(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    notice = tell(phone)
    [mine] = claim(runtime)
    begun = begin(runtime, mine)

    note(runtime, mine.person_id, "77", Result.DELIVERED)
    take(runtime, heard=[(begun, "")])

    assert (look(notice).message_id, look(notice).result) == ("77", "delivered")


def test_an_early_event_about_something_else_is_let_go(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    notice = tell(phone)
    [mine] = claim(runtime)
    begun = begin(runtime, mine)

    note(runtime, mine.person_id, "66", Result.FAILED)
    take(runtime, heard=[(begun, "77")])

    assert (look(notice).message_id, look(notice).result) == ("77", None)
    assert note(runtime, mine.person_id, "77", Result.DELIVERED)


def test_a_result_never_changes(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, clock: Clock
) -> None:
    notice, other = tell(phone), tell(phone, key="other")
    person = person_of(runtime.db, phone)
    with runtime.db.transaction() as session:
        sent = update(Notice).where(Notice.id == notice)
        session.execute(sent.values(state=NoticeState.SENT, channel="template", message_id="77"))
    assert note(runtime, person, "77", Result.DELIVERED)
    then = look(notice).result_at
    [mine] = claim(runtime)
    begin(runtime, mine)
    clock.advance(seconds=5)

    assert not note(runtime, person, "77", Result.FAILED)

    assert (look(notice).result, look(notice).result_at) == ("delivered", then)
    assert look(other).result is None


def test_a_message_of_somebody_else_or_by_another_way_is_left_alone(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look
) -> None:
    notice = tell(phone)
    person = person_of(runtime.db, phone)
    with runtime.db.transaction() as session:
        sent = update(Notice).where(Notice.id == notice)
        session.execute(sent.values(state=NoticeState.SENT, channel="template", message_id="77"))

    assert not note(runtime, person + 1, "77", Result.FAILED)
    assert not note(runtime, person, "77", Result.FAILED, Way.SUBSCRIPTION)
    assert look(notice).result is None


def test_who_refuses_template_messages_is_left_alone_for_a_week_and_still_follows(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, emulator: Emulator, clock: Clock
) -> None:
    fare(emulator, TEMPLATE, "failed:user block")
    first = tell(phone)
    deliver(runtime)
    wait_until(lambda: look(first).result is not None)

    second = tell(phone, key="second")
    assert deliver(runtime) == {"unreachable all": 1}
    assert "template: user block" in str(look(second).outcome)

    phone.say("活动")
    tell(phone, key="third")
    assert deliver(runtime) == {"sent service": 1}

    clock.advance(days=8)
    tell(phone, key="fourth", not_after=clock() + timedelta(days=1))
    assert deliver(runtime) == {"sent template": 1}


def test_a_send_settled_while_its_event_looks_for_it_keeps_the_result(
    runtime: Runtime, phone: Phone, tell: Tell, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settling commits after the first look and before the second, as it may on PostgreSQL."""
    if runtime.db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    notice = tell(phone)
    [mine] = claim(runtime)
    begun = begin(runtime, mine)
    looked = results._write

    def settle_after_the_first_look(*given: object) -> bool:
        monkeypatch.setattr(results, "_write", looked)
        found = looked(*given)
        assert take(runtime, heard=[(begun, "77")]).ended == ["sent template"]
        return found

    monkeypatch.setattr(results, "_write", settle_after_the_first_look)
    assert note(runtime, mine.person_id, "77", Result.DELIVERED)

    assert (look(notice).state, look(notice).result) == (NoticeState.SENT, "delivered")
