from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier
from typing import ClassVar

import pytest
from sqlalchemy import Connection, event, func, select

from miniprogram_api import repeats
from server import db as database
from server.notices.models import Credit
from server.people import identities
from server.people.models import App, KeyedRequest, LinkCode
from server.store import StoreDown


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


class TestRefusals:
    """What is refused for good is the answer to its key too."""

    KEY: ClassVar = {"Idempotency-Key": "tap-1"}

    def test_a_refusal_is_told_again_although_it_could_be_done_by_now(self, device) -> None:
        chat, mini = device("oChat", App.OFFICIAL), device("oMini")
        code = {"code": chat.ask("POST", "/me/link-code").get_json()["code"]}
        first = chat.ask("POST", "/me/link", code, headers=self.KEY)
        assert mini.ask("POST", "/me/link", code).status_code == 200

        again = chat.ask("POST", "/me/link", code, headers=self.KEY)

        assert (first.status_code, again.status_code) == (409, 409)
        assert first.get_json()["code"] == "people.own_link_code"
        assert again.data == first.data
        assert again.headers["X-Request-Id"] == again.get_json()["request_id"]

    def test_an_offer_that_came_later_changes_no_answer(self, device, shift, runtime) -> None:
        one, other = device(), device()
        path = f"/shifts/{shift()}/signup"
        for each in (one, other):
            each.ask("PUT", path)
        before = other.ask("POST", f"{path}/accept", headers=self.KEY)
        one.ask("DELETE", path)

        after = other.ask("POST", f"{path}/accept", headers=self.KEY)
        fresh = other.ask("POST", f"{path}/accept")

        assert [each.status_code for each in (before, after, fresh)] == [409, 409, 200]
        assert before.data == after.data

    def test_a_key_that_was_refused_is_taken_for_any_other_request(self, device) -> None:
        somebody = device()
        template = {"template": "tpl-unknown", "answer": "accept"}

        refused = somebody.ask("POST", "/subscriptions", template, headers=self.KEY)
        other = somebody.ask(
            "POST", "/subscriptions", template | {"template": "tpl-offer"}, headers=self.KEY
        )

        assert (refused.status_code, other.status_code) == (404, 422)
        assert other.get_json()["code"] == "request.another_request"

    def test_what_wechat_refused_is_told_again(self, device, emulator) -> None:
        somebody, body = device(), {"code": "invented"}

        answers = [somebody.ask("POST", "/me/phone", body, headers=self.KEY) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [409, 409]
        assert answers[0].data == answers[1].data

    def test_what_was_malformed_or_may_pass_is_not_kept(self, device, runtime) -> None:
        somebody = device()

        malformed = somebody.ask("POST", "/me/phone", {"code": ""}, headers=self.KEY)
        # nobody listens where WeChat would be
        away = somebody.ask("POST", "/me/phone", {"code": "x"}, headers=self.KEY)

        assert (malformed.status_code, away.status_code) == (400, 503)
        assert counted(runtime, KeyedRequest) == 0


@pytest.mark.parametrize(
    "key", ["", "a b", "a\tb", "é", "x" * 256, "a,b", ",", "键".encode().decode("latin-1")]
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


def template_with(device, key: str):
    body = {"template": "tpl-offer", "answer": "accept"}
    return device.ask("POST", "/subscriptions", body, headers={"Idempotency-Key": key})


def balance(runtime) -> int:
    with runtime.db.reading() as session:
        return session.scalars(select(Credit.balance)).one()


def test_the_same_key_at_once_has_one_effect_and_one_answer(device, runtime) -> None:
    somebody = device()

    answers = at_once(lambda: template_with(somebody, "tap-1"), 6)

    assert [answer.status_code for answer in answers] == [200] * 6
    assert balance(runtime) == 1


def test_without_the_kept_claim_the_repeats_at_once_are_done_again(
    device, runtime, monkeypatch
) -> None:
    somebody = device()
    monkeypatch.setattr(repeats.requests, "claim", lambda *_: -1)
    monkeypatch.setattr(repeats.requests, "settle", lambda *_, **__: None)

    at_once(lambda: template_with(somebody, "tap-1"), 6)

    assert balance(runtime) == 6


class TestTighterLimits:
    """Where a limit or WeChat stands before the work, a repeat is known before it meets them."""

    def test_a_repeat_spends_nothing(self, device) -> None:
        somebody = device()

        answers = [ask_with(somebody, "tap-1") for _ in range(20)]

        assert [answer.status_code for answer in answers] == [200] * 20

    def test_the_same_key_at_once_is_answered_alike_or_told_to_wait(self, device) -> None:
        somebody = device()

        answers = at_once(lambda: ask_with(somebody, "tap-1"), 20)

        done = [answer for answer in answers if answer.status_code == 200]
        assert len({answer.data for answer in done}) == 1
        assert all(told_to_wait(answer) for answer in answers if answer not in done)
        assert ask_with(somebody, "tap-1").data == done[0].data

    def test_a_phone_code_is_shown_to_wechat_once(self, device, emulator) -> None:
        phone = emulator.person("示例·李明", phone="13800001234")
        code = {"code": emulator.ask("POST", f"/_/people/{phone.id}/phone_code")["code"]}
        somebody, key = device(), {"Idempotency-Key": "tap-1"}

        answers = at_once(lambda: somebody.ask("POST", "/me/phone", code, headers=key), 9)

        done = [answer for answer in answers if answer.status_code == 200]
        assert len({answer.data for answer in done}) == 1
        assert all(told_to_wait(answer) for answer in answers if answer not in done)

    def test_without_the_lock_repeats_at_once_meet_the_limit(self, device, monkeypatch) -> None:
        somebody = device()
        monkeypatch.setattr(repeats, "alone", lambda _repeat: nullcontext())
        monkeypatch.setattr(repeats.PersonsRepeat, "stored", lambda _self: None)

        answers = at_once(lambda: ask_with(somebody, "tap-1"), 20)

        assert 429 in {answer.status_code for answer in answers}

    def test_a_key_in_flight_is_told_to_wait_and_does_nothing(self, device, runtime) -> None:
        somebody = device()

        with runtime.store.lock(f"keyed:{somebody.person_id}:tap-1", 10) as held:
            answer = ask_with(somebody, "tap-1")

        assert held
        assert told_to_wait(answer)
        assert counted(runtime, LinkCode) == 0
        assert ask_with(somebody, "tap-1").status_code == 200

    def test_without_the_store_it_goes_on(self, device, runtime, monkeypatch) -> None:
        def down(*_args: object) -> None:
            raise StoreDown("redis: ConnectionError")

        somebody = device()
        monkeypatch.setattr(runtime.store, "lock", down)

        answers = [ask_with(somebody, "tap-1") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].data == answers[1].data


def told_to_wait(answer) -> bool:
    return (
        answer.status_code == 409
        and answer.get_json()["code"] == "request.in_flight"
        and answer.headers["Retry-After"] == "1"
    )


def test_who_waits_too_long_is_told_to_come_back(device, runtime, monkeypatch) -> None:
    somebody = device()
    shorten(runtime, monkeypatch)

    with runtime.db.transaction() as session:
        identities.lock(session, somebody.person_id)
        answer = ask_with(somebody, "tap-1")

    assert answer.status_code == 503
    assert answer.get_json()["code"] == "request.busy"
    assert int(answer.headers["Retry-After"]) > 0
    assert counted(runtime, LinkCode) == 0


def shorten(runtime, monkeypatch) -> None:
    """Let nobody wait for a lock longer than a tenth of a second."""
    monkeypatch.setattr(database, "WAIT_MS", 100)

    @event.listens_for(runtime.db.engine, "begin", insert=True)
    def _impatient(connection: Connection) -> None:
        if not runtime.db.is_sqlite:
            connection.exec_driver_sql("SET lock_timeout = 100")
