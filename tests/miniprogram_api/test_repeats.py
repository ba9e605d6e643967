from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event, func, select

from miniprogram_api import repeats
from server.people.models import KeyedRequest, LinkCode
from server.people.requests import Keyed


def codes(answers: list) -> set[str]:
    return {answer.get_json()["code"] for answer in answers}


def counted(runtime, model) -> int:
    with runtime.db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def at_once(deed: Callable[[], object], times: int) -> list:
    """Do something several times at the same moment and return what came of it."""
    start = Barrier(times)

    def go(_number: int) -> object:
        start.wait()
        return deed()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(go, range(times)))


def ask_with(device, key: str):
    return device.ask("POST", "/me/link-code", headers={"Idempotency-Key": key})


def test_a_repeat_with_its_key_gets_the_first_answer(device) -> None:
    somebody = device()

    answers = [ask_with(somebody, "tap-1") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.data for answer in answers}) == 1


def test_without_a_key_or_with_another_it_is_done_again(device) -> None:
    somebody = device()

    answers = [ask_with(somebody, "tap-1"), ask_with(somebody, "tap-2")]
    answers += [somebody.ask("POST", "/me/link-code") for _ in range(2)]

    assert len(codes(answers)) == 4


def test_the_keys_of_two_persons_are_two_keys(device) -> None:
    one, other = device(), device()

    assert len(codes([ask_with(one, "tap-1"), ask_with(other, "tap-1")])) == 2


def test_the_same_key_with_another_request_is_422(device) -> None:
    somebody, key = device(), {"Idempotency-Key": "tap-1"}
    template = {"template": "tpl-offer", "answer": "accept"}
    somebody.ask("POST", "/subscriptions", template, headers=key)

    other_body = somebody.ask(
        "POST", "/subscriptions", template | {"answer": "reject"}, headers=key
    )
    other_path = somebody.ask("POST", "/me/link-code", headers=key)

    for answer in (other_body, other_path):
        assert answer.status_code == 422
        assert answer.get_json()["code"] == "request.another_request"


def test_the_order_of_names_makes_no_other_request(device) -> None:
    somebody, key = device(), {"Idempotency-Key": "tap-1"}
    bodies = [b'{"template": "tpl-offer", "answer": "accept"}']
    bodies.append(b'{ "answer":"accept","template":"tpl-offer"}')

    answers = [
        somebody.ask(
            "POST", "/subscriptions", data=body, content_type="application/json", headers=key
        )
        for body in bodies
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_refusal_is_not_kept_and_may_be_tried_again(device, shift, clock, runtime) -> None:
    somebody, key = device(), {"Idempotency-Key": "tap-1"}
    path = f"/shifts/{shift()}/signup/accept"

    answers = [somebody.ask("POST", path, headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert counted(runtime, KeyedRequest) == 0


def test_a_login_is_never_kept(client, emulator, runtime) -> None:
    phone = emulator.person("示例·李明")
    code = emulator.ask("POST", f"/_/people/{phone.id}/login_code")["code"]

    answer = client.post(
        "/api/v1/login", json={"code": code}, headers={"Idempotency-Key": "login-1"}
    )

    assert answer.status_code == 200
    assert counted(runtime, KeyedRequest) == 0


@pytest.mark.parametrize(
    "key", ["", "a b", "a\tb", "é", "x" * 256, "键".encode().decode("latin-1")]
)
def test_what_is_no_key_is_malformed(device, key) -> None:
    answer = ask_with(device(), key)

    assert answer.status_code == 400
    assert answer.get_json()["fields"] == {"Idempotency-Key": "pattern"}


def test_two_keys_at_once_are_malformed(device) -> None:
    somebody = device()
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    headers.append(("Authorization", f"Bearer {somebody.token}"))

    assert somebody.client.post("/api/v1/me/link-code", headers=headers).status_code == 400


def test_the_kept_answer_is_sealed(device, runtime) -> None:
    answer = ask_with(device(), "tap-1")

    with runtime.db.reading() as session:
        row = session.scalars(select(KeyedRequest)).one()
    assert answer.get_json()["code"].encode() not in row.answer


def test_the_same_key_at_once_has_one_effect_and_one_answer(device) -> None:
    somebody = device()

    answers = at_once(lambda: ask_with(somebody, "tap-1"), 6)

    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.data for answer in answers}) == 1


def test_without_the_kept_claim_the_repeats_at_once_are_done_again(device, monkeypatch) -> None:
    somebody = device()
    monkeypatch.setattr(repeats.requests, "claim", lambda *_: -1)
    monkeypatch.setattr(repeats.requests, "settle", lambda *_, **__: None)

    answers = at_once(lambda: ask_with(somebody, "tap-1"), 6)

    assert len(codes(answers)) == 6


def test_who_waits_too_long_for_the_first_answer_is_told_to_come_back(
    device, runtime, is_postgres, clock
) -> None:
    """On SQLite the database itself is busy then; PostgreSQL knows that it is this key."""
    somebody = device()
    keyed = Keyed(somebody.person_id, "tap-1", "m")
    shorten(runtime, is_postgres)

    with runtime.db.transaction() as session:
        repeats.requests.claim(session, keyed, clock.now())
        answer = ask_with(somebody, "tap-1")

    assert answer.status_code == (409 if is_postgres else 503)
    assert answer.get_json()["code"] == ("request.in_flight" if is_postgres else "request.busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert counted(runtime, LinkCode) == 0


def shorten(runtime, is_postgres: bool) -> None:
    """Let nobody wait for a lock longer than a tenth of a second."""
    statement = "SET lock_timeout = 100" if is_postgres else "PRAGMA busy_timeout = 100"

    @event.listens_for(runtime.db.engine, "begin", insert=True)
    def _impatient(connection: object) -> None:
        connection.exec_driver_sql(statement)
