from collections.abc import Iterator
from contextlib import closing

import pytest

from server.store import MemoryStore
from server.wechat.http import Http
from server.wechat.token import TokenKeeper
from tests.clock import Clock
from tests.server.wechat.fake_api import FakeApi, fake_api
from tests.server.wechat.letters import an_app


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """A stand-in for WeChat's API."""
    with fake_api() as api:
        yield api


@pytest.fixture
def http(api: FakeApi, clock: Clock) -> Iterator[Http]:
    """The wire to the stand-in."""
    with closing(Http(api.url, clock)) as http:
        yield http


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def tokens(http: Http, store: MemoryStore) -> TokenKeeper:
    """A token keeper as one process has it."""
    return TokenKeeper(an_app(), http, store)
