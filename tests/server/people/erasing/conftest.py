import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from config.logging import JsonFormatter
from server.people import identities, linking, sessions
from server.people.models import App
from server.runtime import Runtime
from tests.bot.driver import Phone, line_of
from tests.server.people.erasing.canaries import (
    OPENID,
    OTHER_OPENID,
    WORD,
    Remembering,
    everything,
    known,
)

API = "/api/v1"


@pytest.fixture
def runtime(settings, clock) -> Iterator[Runtime]:
    opened = Runtime.open(settings, clock)
    yield replace(opened, vault=Remembering(settings.data_key.get_secret_value()))
    opened.close()


@pytest.fixture
def logged(app) -> Iterator[io.StringIO]:
    """All that is logged from here on, at the most talkative level."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def phone(app, settings, clock) -> Phone:
    return Phone(line_of(app, settings, clock), OPENID)


@pytest.fixture
def canary(app, runtime, phone, logged) -> int:
    """Somebody who did everything, by chat, by mini-program and before staff."""
    phone.follows()
    phone.says(f"活动 {WORD}")
    with runtime.db.transaction() as session:
        person = known(session)
        other = identities.welcome(
            session, App.MINIPROGRAM, OTHER_OPENID, runtime.now(), unionid=f"u{WORD}"
        )
        code = linking.offer(session, other.person_id, runtime.now(), vault=runtime.vault).code
        linking.redeem(session, person, code, runtime.now(), vault=runtime.vault)
        everything(session, runtime, person)
        lived = sessions.Lives(idle=timedelta(hours=10), absolute=timedelta(hours=10))
        opened = sessions.start(
            session,
            identities.recognise(session, App.MINIPROGRAM, OTHER_OPENID),
            f"{WORD} session key",
            runtime.now(),
            vault=runtime.vault,
            lives=lived,
        )
    bearer = {"Authorization": f"Bearer {opened.token}", "Idempotency-Key": f"k-{WORD}"}
    asked = app.test_client().post(f"{API}/me/link-code", headers=bearer)
    assert asked.status_code == 200, asked.data
    return person
