"""Whoever wants no notices gets none, whenever they say so (X2, M4)."""

from server.notices import channels, politeness
from server.notices.models import NoticeState
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Channel
from tests.phone import Phone
from tests.server.notices.conftest import Look, Tell, person_of
from tests.server.notices.workers import claim, deliver, send


def stop(runtime, person: int) -> None:
    with runtime.db.transaction() as session:
        consents.withdraw(session, person, Purpose.NOTICES, runtime.now())


def test_nothing_goes_out_to_whoever_stopped_it(runtime, phone, tell: Tell, look: Look) -> None:
    phone.say("活动")
    notice = tell(phone)
    stop(runtime, person_of(runtime.db, phone))

    assert deliver(runtime) == {"unreachable all": 1}

    assert phone.pushed() == []
    assert channels.UNWANTED in (look(notice).outcome or "")


def test_what_they_just_asked_for_is_answered(runtime, phone, tell: Tell) -> None:
    phone.say("活动")
    tell(phone, "chat.late_reply")
    stop(runtime, person_of(runtime.db, phone))

    assert deliver(runtime) == {"sent service": 1}


def test_it_counts_between_claim_and_send(runtime, phone: Phone, tell: Tell, look: Look) -> None:
    phone.say("活动")
    notice = tell(phone)
    [mine] = claim(runtime)

    stop(runtime, mine.person_id)

    assert send(runtime, mine) == ["unreachable all"]
    assert phone.pushed() == []
    assert look(notice).state is NoticeState.UNREACHABLE


def test_control_without_the_looks_it_would_go_out(
    runtime, phone: Phone, tell: Tell, monkeypatch
) -> None:
    phone.say("活动")
    tell(phone)
    stop(runtime, person_of(runtime.db, phone))
    monkeypatch.setattr(politeness, "is_unwanted", lambda *_args: False)

    assert deliver(runtime) == {"sent service": 1}


def test_they_may_be_wanted_again(runtime, phone: Phone, tell: Tell) -> None:
    phone.say("活动")
    person = person_of(runtime.db, phone)
    stop(runtime, person)
    with runtime.db.transaction() as session:
        consents.grant(session, person, Purpose.NOTICES, runtime.now(), channel=Channel.CHAT)
    tell(phone)

    assert deliver(runtime) == {"sent service": 1}
