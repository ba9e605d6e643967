"""A login whose answer was lost on the way is asked for once more."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from config.settings import Settings
from miniprogram_api.face import miniprogram_api
from server.app import create_app
from server.people.models import ApiSession, KeyedRequest
from server.store import MemoryStore, StoreDown
from tests.miniprogram_api.conftest import API
from tests.miniprogram_api.test_login import code_of
from tests.miniprogram_api.test_repeats import at_once, counted


def log_in(client, code: str, key: str = "login-1"):
    return client.post(f"{API}/login", json={"code": code}, headers={"Idempotency-Key": key})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"limit_login": "3/day"})


def test_the_same_key_and_code_get_the_same_answer(client, emulator, runtime) -> None:
    code = code_of(emulator.person("示例·李明"))

    answers = [log_in(client, code) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.data for answer in answers}) == 1
    assert counted(runtime, ApiSession) == 1
    token = answers[-1].get_json()["token"]
    assert client.get(f"{API}/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_at_once_they_are_answered_alike_or_told_to_wait(app, emulator, runtime) -> None:
    code = code_of(emulator.person("示例·李明"))

    answers = at_once(lambda: log_in(app.test_client(), code), 6)

    done = [answer for answer in answers if answer.status_code == 200]
    assert len({answer.data for answer in done}) == 1
    assert {answer.status_code for answer in answers if answer not in done} <= {409}
    assert counted(runtime, ApiSession) == 1


def test_another_code_is_another_login(client, emulator) -> None:
    phone = emulator.person("示例·李明")

    tokens = {log_in(client, code_of(phone)).get_json()["token"] for _ in range(2)}

    assert len(tokens) == 2


@pytest.mark.parametrize("key", ["login-2", "LOGIN-1"])
def test_the_code_alone_opens_nothing_twice(client, emulator, key) -> None:
    code = code_of(emulator.person("示例·李明"))
    log_in(client, code)

    assert log_in(client, code, key).status_code == 401
    assert client.post(f"{API}/login", json={"code": code}).status_code == 401


def test_what_is_refused_is_not_kept(client, emulator) -> None:
    assert [log_in(client, "invented").status_code for _ in range(2)] == [401, 401]


def test_nothing_of_it_stands_in_the_database_nor_open_in_the_store(
    client, emulator, runtime, monkeypatch
) -> None:
    written: list[tuple] = []
    put = runtime.store.put
    monkeypatch.setattr(runtime.store, "put", lambda *told: (written.append(told), put(*told)))
    code = code_of(emulator.person("示例·李明"))

    token = log_in(client, code).get_json()["token"]

    [(name, kept, seconds)] = [told for told in written if told[0].startswith("lost_answer:")]
    assert seconds == 300
    assert not any(secret in f"{name}{kept}" for secret in (token, code, "login-1"))
    assert counted(runtime, KeyedRequest) == 0


def test_it_is_kept_for_five_minutes(settings, runtime, clock, emulator) -> None:
    # the same runtime, with a store whose time is the test's
    store = MemoryStore(lambda: clock.now().timestamp())
    app = create_app(settings, faces=[miniprogram_api], runtime=replace(runtime, store=store))
    client, code = app.test_client(), code_of(emulator.person("示例·李明"))
    first = log_in(client, code)

    clock.advance(seconds=299)
    assert log_in(client, code).data == first.data
    clock.advance(seconds=1)
    assert log_in(client, code).status_code == 401


def test_without_the_store_a_login_is_a_login(client, emulator, runtime, monkeypatch) -> None:
    def down(*_args: object) -> None:
        raise StoreDown("redis: ConnectionError")

    for name in ("get", "put", "lock"):
        monkeypatch.setattr(runtime.store, name, down)
    code = code_of(emulator.person("示例·李明"))

    assert [log_in(client, code).status_code for _ in range(2)] == [200, 401]


def test_an_answer_under_another_data_key_is_none(client, emulator, runtime, monkeypatch) -> None:
    code = code_of(emulator.person("示例·李明"))
    log_in(client, code)

    monkeypatch.setattr(runtime.store, "get", lambda _name: "AQ==")

    assert log_in(client, code).status_code == 401
    with runtime.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ApiSession)) == 1
