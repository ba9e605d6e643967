import pytest

from server.people import consents, identities
from server.people.consents import CURRENT, Purpose, TextChanged
from server.people.models import App, Channel

SERVICE = Purpose.SERVICE


@pytest.fixture
def person(session, clock) -> int:
    return identities.welcome(session, App.OFFICIAL, "oInvented", clock.now()).person_id


def granted(session, person: int) -> dict[Purpose, bool]:
    return {each.purpose: each.granted for each in consents.of(session, person)}


def test_nobody_has_agreed_before_they_did(session, person) -> None:
    assert granted(session, person) == {Purpose.SERVICE: False, Purpose.NOTICES: False}


def test_agreeing_twice_is_agreeing_once(session, person, clock) -> None:
    first = clock.now()
    for _ in range(2):
        consents.grant(session, person, SERVICE, clock.now(), channel=Channel.CHAT)
        clock.advance(hours=1)

    [service, _] = consents.of(session, person)
    assert service.granted
    assert service.changed_at == first


def test_taking_it_back_is_as_easy_and_may_be_repeated(session, person, clock) -> None:
    consents.grant(session, person, SERVICE, clock.now(), channel=Channel.CHAT)
    taken_back = clock.advance(hours=1)
    for _ in range(2):
        consents.withdraw(session, person, SERVICE, clock.now())
        clock.advance(hours=1)

    [service, _] = consents.of(session, person)
    assert not service.granted
    assert service.changed_at == taken_back

    consents.grant(session, person, SERVICE, clock.now(), channel=Channel.PAPER)
    assert granted(session, person)[SERVICE]


def test_a_new_text_is_asked_anew(session, person, clock, monkeypatch) -> None:
    consents.grant(session, person, SERVICE, clock.now(), channel=Channel.CHAT)

    monkeypatch.setitem(CURRENT, SERVICE, 2)

    assert not granted(session, person)[SERVICE]
    with pytest.raises(TextChanged) as refusal:
        consents.grant(session, person, SERVICE, clock.now(), channel=Channel.CHAT, version=1)
    assert refusal.value.facts == {"version": 2}
    consents.grant(session, person, SERVICE, clock.now(), channel=Channel.CHAT, version=2)
    consents.withdraw(session, person, SERVICE, clock.now())
    monkeypatch.setitem(CURRENT, SERVICE, 1)
    assert not granted(session, person)[SERVICE]
