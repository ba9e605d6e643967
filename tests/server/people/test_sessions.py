from datetime import timedelta

import pytest
from sqlalchemy import select

from server.people import identities, joining, sessions
from server.people.models import ApiSession, App
from server.people.sessions import Lives, NotLoggedIn

LIVES = Lives(idle=timedelta(days=14), absolute=timedelta(days=90))


@pytest.fixture
def known(session, clock):
    return identities.welcome(session, App.MINIPROGRAM, "oMini", clock.now())


@pytest.fixture
def start(session, clock, runtime, known):
    def open_one():
        return sessions.start(session, known, "key", clock.now(), vault=runtime.vault, lives=LIVES)

    return open_one


def test_a_token_is_long_random_and_kept_as_a_hash(session, start) -> None:
    tokens = {start().token for _ in range(3)}

    assert len(tokens) == 3
    assert all(len(token) == 43 for token in tokens)
    assert not tokens & set(session.scalars(select(ApiSession.token_mark)))


def test_a_token_tells_who_asks(session, start, known, clock) -> None:
    caller = sessions.recognise(session, start().token, clock.now(), lives=LIVES)

    assert (caller.person_id, caller.account_id) == (known.person_id, known.account_id)


def test_a_joined_person_is_followed(session, start, known, clock) -> None:
    token = start().token
    other = identities.welcome(session, App.OFFICIAL, "oChat", clock.now()).person_id
    session.execute(ApiSession.__table__.update().values(person_id=other))

    kept = joining.join(session, known.person_id, other, clock.now())

    caller = sessions.recognise(session, token, clock.now(), lives=LIVES)
    assert caller.person_id == kept
    assert sessions.person_of(session, caller.account_id) == kept


def test_a_revoked_session_opens_nothing(session, start, clock) -> None:
    token = start().token
    caller = sessions.recognise(session, token, clock.now(), lives=LIVES)

    sessions.revoke(session, caller.session_id)

    with pytest.raises(NotLoggedIn):
        sessions.recognise(session, token, clock.now(), lives=LIVES)
