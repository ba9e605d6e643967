"""What somebody asks for while their two accounts become one person."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from sqlalchemy import text

from config.settings import Settings
from miniprogram_api.call import TRIES, undertake
from server.people import identities, joining
from server.people.identities import Moved
from server.people.models import App
from server.statuses import TooBusy
from tests.miniprogram_api.conftest import API
from tests.miniprogram_api.test_login import code_of as code_of_login

ROUNDS = 4
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    knobs = ("limit_sensitive", "limit_guess", "limit_guess_all")
    return settings.model_copy(update=dict.fromkeys(knobs, "100000/minute"))


@pytest.fixture
def pair(device) -> Callable[[], tuple]:
    """Let somebody appear who chatted first and opened the mini-program later."""
    numbers = iter(range(1_000))

    def appear() -> tuple:
        number = next(numbers)
        return device(f"oChat{number}", App.OFFICIAL), device(f"oMini{number}")

    return appear


def code_of(chat) -> dict[str, str]:
    return {"code": chat.ask("POST", "/me/link-code").get_json()["code"]}


def at_once(deeds: list[Callable]) -> list:
    start = Barrier(len(deeds))

    def go(deed: Callable) -> object:
        start.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(go, deeds))


def faults(answers: list) -> list[str]:
    """Return what broke: to be told to come back is an answer."""
    return [answer.text for answer in answers if answer.status_code in {500, 502, 504}]


@contextmanager
def a_join_under_way(runtime, chat, mini, is_postgres: bool) -> Iterator[ThreadPoolExecutor]:
    """Let the block start requests; commit the join when they stand and wait for it."""
    with ThreadPoolExecutor() as pool, runtime.db.transaction() as session:
        joining.join(session, chat.person_id, mini.person_id, runtime.now())
        yield pool
        # on SQLite there is one writer anyway, and nothing to see from outside
        if is_postgres:
            until(lambda: waiting(runtime) > 0)


def waiting(runtime) -> int:
    with runtime.db.reading() as session:
        return session.scalar(text(WAITING))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        threading.Event().wait(0.01)


@pytest.mark.both
@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("PATCH", "/me", {"name": "示例·李明"}, {}),
        ("PUT", "/shifts/{shift}/signup", None, {}),
        ("POST", "/me/link-code", None, {}),
        ("POST", "/me/link-code", None, {"Idempotency-Key": "tap-1"}),
        ("POST", "/shifts/{shift}/signup/accept", None, {"Idempotency-Key": "tap-1"}),
    ],
)
def test_whoever_was_joined_while_they_waited_is_served_as_who_stays(
    runtime, pair, shift, is_postgres, method, path, body, headers
) -> None:
    chat, mini = pair()
    path = path.format(shift=shift())

    with a_join_under_way(runtime, chat, mini, is_postgres) as pool:
        asked = pool.submit(mini.ask, method, path, body, headers=headers)

    assert asked.result().status_code == (409 if path.endswith("accept") else 200)
    assert mini.ask("GET", "/me").get_json()["id"] == str(chat.person_id)


def test_whoever_logs_in_while_they_are_joined_is_who_stays(
    runtime, app, emulator, device, is_postgres
) -> None:
    phone = emulator.person("示例·李明")
    chat = device("oChat", App.OFFICIAL)
    mini = device(phone.person["miniprogram_openid"])
    body = {"code": code_of_login(phone)}

    with a_join_under_way(runtime, chat, mini, is_postgres) as pool:
        asked = pool.submit(app.test_client().post, f"{API}/login", json=body)

    assert asked.result().status_code == 200
    assert asked.result().get_json()["person"]["id"] == str(chat.person_id)


def test_unless_people_are_locked_whoever_was_joined_meets_a_fault(
    runtime, pair, is_postgres, monkeypatch
) -> None:
    """SQLite has one writer at a time, and needs no lock."""
    monkeypatch.setattr(identities, "lock", lambda *_: None)
    chat, mini = pair()

    with a_join_under_way(runtime, chat, mini, is_postgres) as pool:
        asked = pool.submit(mini.ask, "PATCH", "/me", {"name": "示例·李明"})

    assert asked.result().status_code == (500 if is_postgres else 200)


def test_two_equal_links_at_once_are_answered_alike(pair) -> None:
    for _ in range(ROUNDS):
        chat, mini = pair()
        code, key = code_of(chat), {"Idempotency-Key": "link-1"}

        answers = at_once(
            [lambda m=mini, c=code, k=key: m.ask("POST", "/me/link", c, headers=k)] * 2
        )

        done = [answer for answer in answers if answer.status_code == 200]
        assert len({answer.data for answer in done}) == 1
        assert {answer.get_json()["code"] for answer in answers if answer not in done} <= {
            "request.in_flight"
        }


def burst(chat, mini, shift_id: int) -> list:
    code, key = code_of(chat), {"Idempotency-Key": "link-1"}
    return at_once(
        [
            lambda: mini.ask("POST", "/me/link", code, headers=key),
            lambda: mini.ask("POST", "/me/link", code),
            lambda: mini.ask("PUT", f"/shifts/{shift_id}/signup"),
            lambda: chat.ask("PUT", f"/shifts/{shift_id}/signup"),
            lambda: mini.ask("PATCH", "/me", {"name": "示例·李明"}),
            lambda: mini.ask("PATCH", "/me", {"consents": {"service": True}}),
            lambda: mini.ask("POST", "/me/link-code"),
            lambda: chat.ask("POST", "/me/link-code"),
        ]
    )


def test_a_burst_around_a_link_breaks_nothing(pair, shift) -> None:
    shift_id = shift(capacity=2)

    for _ in range(ROUNDS):
        assert faults(burst(*pair(), shift_id)) == []


def test_two_who_type_each_others_code_at_once_break_nothing(pair) -> None:
    """Each holds one of the two and waits for the other: PostgreSQL sends one of them back."""
    for _ in range(ROUNDS):
        chat, mini = pair()
        codes = code_of(chat), code_of(mini)

        answers = at_once(
            [
                lambda c=chat, code=codes[1]: c.ask("POST", "/me/link", code),
                lambda m=mini, code=codes[0]: m.ask("POST", "/me/link", code),
            ]
        )

        assert faults(answers) == []
        assert 200 in {answer.status_code for answer in answers}


def test_who_moves_again_and_again_is_told_to_come_back(runtime) -> None:
    tried = []

    def work(call: object) -> None:
        tried.append(call)
        raise Moved

    with pytest.raises(TooBusy):
        undertake(runtime, work, opened=True)
    assert len(tried) == TRIES
