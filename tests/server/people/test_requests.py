import pytest
from sqlalchemy import delete

from server.people import identities, requests
from server.people.models import App, KeyedRequest
from server.people.requests import AnotherRequest, Keyed, Stored


@pytest.fixture
def keyed(session, clock) -> Keyed:
    known = identities.welcome(session, App.MINIPROGRAM, "oMini", clock.now())
    return Keyed(known.person_id, "tap-1", "mark")


def test_a_key_is_taken_once_and_keeps_its_answer(session, keyed, clock, runtime) -> None:
    assert requests.stored(session, keyed, vault=runtime.vault) is None
    claimed = requests.claim(session, keyed, clock.now())

    answer = Stored(200, '{"x":1}')
    requests.settle(session, claimed, answer, keyed, clock.now(), vault=runtime.vault)

    assert requests.claim(session, keyed, clock.now()) is None
    assert requests.stored(session, keyed, vault=runtime.vault) == answer
    with pytest.raises(AnotherRequest):
        requests.stored(session, keyed._replace(mark="other"), vault=runtime.vault)


def test_a_claim_that_went_with_its_person_is_settled_anew(session, keyed, clock, runtime) -> None:
    claimed = requests.claim(session, keyed, clock.now())
    session.execute(delete(KeyedRequest))

    answer = Stored(204, "")
    requests.settle(session, claimed, answer, keyed, clock.now(), vault=runtime.vault)

    assert requests.stored(session, keyed, vault=runtime.vault) == answer
