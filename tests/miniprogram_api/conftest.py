from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from miniprogram_api.door import lives
from miniprogram_api.face import miniprogram_api
from server.people import identities, sessions
from server.people.models import App
from server.runtime import Runtime
from tests.apps import Apps
from tests.factories import a_shift

API = "/api/v1"


class Device:
    """Somebody's mini-program: it shows its token with every request."""

    def __init__(self, client: FlaskClient, token: str, person_id: int) -> None:
        self.client = client
        self.token = token
        self.person_id = person_id

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> Any:
        """Send a request and return the answer; `more` is what werkzeug's client takes."""
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        sent = {"json": body} if body is not None else {}
        return self.client.open(API + path, method=method, headers=headers, **sent, **more)


@pytest.fixture
def app(apps: Apps, runtime: Runtime) -> Flask:
    """The service with the mini-program's face only."""
    return apps.over(runtime, [miniprogram_api])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody without a token."""
    return app.test_client()


@pytest.fixture
def now(clock) -> datetime:
    return clock.now()


@pytest.fixture
def device(app: Flask, runtime: Runtime) -> Callable[..., Device]:
    """Let somebody log in, without asking WeChat."""
    numbers = count(1)

    def log_in(openid: str = "", person_app: App = App.MINIPROGRAM) -> Device:
        openid = openid or f"oInventedMini{next(numbers):015}"
        with runtime.db.transaction() as session:
            known = identities.welcome(session, person_app, openid, runtime.now())
            opened = sessions.start(
                session,
                known,
                "session-key",
                runtime.now(),
                vault=runtime.vault,
                lives=lives(runtime.settings),
            )
        return Device(app.test_client(), opened.token, known.person_id)

    return log_in


@pytest.fixture
def shift(runtime: Runtime) -> Callable[..., int]:
    """Publish an activity and return the id of its only shift."""

    def publish(**facts: Any) -> int:
        with runtime.db.transaction() as session:
            return a_shift(session, runtime.now(), **facts)

    return publish
