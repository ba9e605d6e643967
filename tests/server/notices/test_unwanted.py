"""Whoever wants no notices gets none, whenever they say so (X2, M4)."""

from server.notices import channels, delivery, politeness
from server.notices.models import NoticeState
from server.notices.sending import Sender
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Channel
from tests.phone import Phone
from tests.server.notices.conftest import Look, Tell, person_of


def stop(runtime, person: int) -> None:
    with runtime.db.transaction() as session:
        consents.withdraw(session, person, Purpose.NOTICES, runtime.now())


def deliver(runtime) -> dict[str, int]:
    return dict(delivery.deliver(runtime, chance=lambda: 0.5))


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


def test_it_counts_between_claim_and_send(
    runtime, phone: Phone, tell: Tell, look: Look, monkeypatch
) -> None:
    phone.say("活动")
    notice = tell(phone)
    begin = Sender._begin

    def say_so_first(self, claimed, route):
        stop(runtime, claimed.person_id)
        return begin(self, claimed, route)

    monkeypatch.setattr(Sender, "_begin", say_so_first)

    assert deliver(runtime) == {"unreachable all": 1}
    assert phone.pushed() == []
    assert look(notice).state is NoticeState.UNREACHABLE


def test_control_without_the_looks_it_would_go_out(
    runtime, phone: Phone, tell: Tell, monkeypatch
) -> None:
    phone.say("活动")
    tell(phone)
    stop(runtime, person_of(runtime.db, phone))
    for look in (channels, politeness):
        monkeypatch.setattr(look, "is_unwanted", lambda *_args: False)

    assert deliver(runtime) == {"sent service": 1}


def test_they_may_be_wanted_again(runtime, phone: Phone, tell: Tell) -> None:
    phone.say("活动")
    person = person_of(runtime.db, phone)
    stop(runtime, person)
    with runtime.db.transaction() as session:
        consents.grant(session, person, Purpose.NOTICES, runtime.now(), channel=Channel.CHAT)
    tell(phone)

    assert deliver(runtime) == {"sent service": 1}
