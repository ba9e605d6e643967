import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import urllib3
from werkzeug.test import TestResponse

from emulator.clock import Clock as EmulatorClock
from emulator.settings import Settings, load_settings
from emulator.world import World
from tests.apps import EMULATORS
from tests.clock import Clock
from tests.emulator.counterpart import Service
from tests.knobs import as_environment, usual_settings
from tests.serving import Place, served

Json = dict[str, Any]
PATIENCE = timedelta(seconds=10)


@dataclass
class Desk:
    """The emulator with everything at hand: its levers, its API and its world."""

    settings: Settings
    service: Service
    clock: Clock

    def __post_init__(self) -> None:
        self.app = EMULATORS.over(self.settings, EmulatorClock(self.clock))
        self.http = self.app.test_client()
        self.world: World = self.app.extensions["emulator"].world
        self.tokens: dict[str, str] = {}

    def close(self) -> None:
        """End its threads."""
        EMULATORS.close(self.app)

    def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Json:
        """Use a lever and return its answer, which has that status."""
        answer: TestResponse = self.http.open(path, method=method, json=body)
        assert answer.status_code == status, answer.text
        return dict(answer.json or {})

    def person(self, **facts: Any) -> Json:
        """Let somebody appear."""
        return self.ask("POST", "/_/people", {"name": "林小满"} | facts, 201)

    def follower(self, **facts: Any) -> Json:
        """Let somebody appear who follows."""
        person = self.person(**facts)
        self.do(person, "follow")
        return person

    def do(
        self, person: Json, deed: str, body: Json | None = None, status: int = 200, **options: Any
    ) -> Json:
        """Let a person do something."""
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return self.ask("POST", f"/_/people/{person['id']}/{deed}?{query}", body or {}, status)

    def chat(self, person: Json) -> list[Json]:
        return list(self.ask("GET", f"/_/people/{person['id']}/chat")["items"])

    def token(self, app: str = "official", **more: Any) -> Json:
        """Fetch a stable token."""
        own = self.settings.official if app == "official" else self.settings.miniprogram
        body = {"grant_type": "client_credential", "appid": own.app_id, "secret": own.secret}
        return self.post("/cgi-bin/stable_token", body | more, token=None)

    def plain_token(self, app: str = "official", **more: Any) -> Json:
        """Fetch a token of the other family."""
        own = self.settings.official if app == "official" else self.settings.miniprogram
        query = {"grant_type": "client_credential", "appid": own.app_id, "secret": own.secret}
        return self.get("/cgi-bin/token", token=None, **(query | more))

    def get(self, path: str, token: str | None = "official", **query: Any) -> Json:
        """Call the API by GET."""
        asked = query | ({"access_token": self._token(token)} if token else {})
        return dict(self.http.get(path, query_string=asked).json)

    def post(self, path: str, body: Any, token: str | None = "official") -> Json:
        """Call the API by POST; `token` names an application or is a token."""
        query = {"access_token": self._token(token)} if token else {}
        raw = {"data": body} if isinstance(body, bytes) else {"json": body}
        return dict(self.http.post(path, query_string=query, buffered=True, **raw).json)

    def settle(self) -> None:
        """Wait until the events that follow have arrived."""
        self.ask("POST", "/_/settle")

    def fault(self, path: str, kind: str, value: Any = None, times: int = 1) -> None:
        """Let the next calls go wrong."""
        fault = {"path": path, "kind": kind, "times": times, "value": value}
        self.ask("POST", "/_/faults", fault, 201)

    def turn(self, **knobs: Any) -> Json:
        """Turn knobs."""
        return self.ask("POST", "/_/settings", knobs)

    def _token(self, token: str) -> str:
        if token not in ("official", "miniprogram"):
            return token
        return str(self.token(token)["access_token"])


def until(happened: Callable[[], Any]) -> Any:
    """Wait for something, at most ten seconds."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while not (found := happened()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)
    return found


@pytest.fixture
def service() -> Iterator[Service]:
    """What a test tells the service to answer, and what came to it."""
    service = Service()
    yield service
    service.free.set()


@pytest.fixture
def bound(service: Service) -> Iterator[Settings]:
    """Settings of an emulator whose service listens."""
    place = Place()
    given = as_environment(usual_settings())
    settings = load_settings({**given, "EMULATOR_SERVICE_URL": place.url, "EMULATOR_PEOPLE": ","})
    service.accounts = {"official": settings.official, "miniprogram": settings.miniprogram}
    with served(service.app(), place):
        yield settings
        service.free.set()
    place.close()


@pytest.fixture
def desk(bound: Settings, service: Service, clock: Clock) -> Iterator[Desk]:
    """The emulator beside a scripted service."""
    desk = Desk(bound, service, clock)
    yield desk
    service.free.set()
    desk.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Where the emulator answers over real HTTP."""
    place = Place()
    with served(desk.app, place):
        yield place.url
    place.close()


@pytest.fixture
def wire() -> Iterator[urllib3.PoolManager]:
    """An HTTP client."""
    pool = urllib3.PoolManager(retries=False, timeout=5)
    yield pool
    pool.clear()
