import pytest
from sqlalchemy import func, select, text

from server.db import Busy
from server.people import sessions
from server.people.models import Account, ApiSession, App, Person
from tests.miniprogram_api.conftest import API


def code_of(phone) -> str:
    """Return a fresh code of `wx.login`."""
    return phone.emulator.ask("POST", f"/_/people/{phone.id}/login_code")["code"]


def log_in(client, code: object, **more: object):
    return client.post(f"{API}/login", json={"code": code, **more})


def counted(runtime, model) -> int:
    with runtime.db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_code_of_wechat_opens_a_session(client, emulator) -> None:
    answer = log_in(client, code_of(emulator.person("示例·李明")))

    assert answer.status_code == 200
    body = answer.get_json()
    assert set(body) == {"token", "expires_at", "person"}
    assert body["expires_at"] == "2026-06-07T09:00:00+08:00"
    mine = client.get(f"{API}/me", headers={"Authorization": f"Bearer {body['token']}"})
    assert mine.get_json() == body["person"]
    assert mine.get_json()["accounts"] == [
        {"app": "miniprogram", "following": False, "linked_at": "2026-03-09T09:00:00+08:00"}
    ]


def test_a_code_serves_once(client, emulator) -> None:
    code = code_of(emulator.person("示例·李明"))

    first, second = log_in(client, code), log_in(client, code)

    assert (first.status_code, second.status_code) == (200, 401)
    assert second.get_json()["code"] == "people.login_again"


def test_an_invented_code_means_logging_in_again(client, emulator) -> None:
    answer = log_in(client, "invented")

    assert answer.status_code == 401
    assert "登录" in answer.get_json()["message"]


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [
        (40029, 401, "people.login_again"),
        (40163, 401, "people.login_again"),
        (40226, 403, "people.risky_account"),
        (-1, 503, "request.wechat_away"),
        (45011, 503, "request.wechat_away"),
        (40013, 503, "request.wechat_away"),
        (99999, 503, "request.wechat_away"),
    ],
)
def test_what_wechat_refuses_is_told_in_our_words(
    client, emulator, runtime, code, status, word
) -> None:
    fault = {"path": "/sns/jscode2session", "times": 9, "kind": "errcode", "value": code}
    emulator.ask("POST", "/_/faults", fault)

    answer = log_in(client, "anything")

    assert answer.status_code == status
    assert answer.get_json()["code"] == word
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert counted(runtime, Person) == 0


def test_wechat_away_is_503(client) -> None:
    answer = log_in(client, "anything")

    assert answer.status_code == 503
    assert answer.get_json()["code"] == "request.wechat_away"


@pytest.mark.parametrize("code", ["", 1, None, "x" * 129, "with space", "全角", "a\nb", ["x"]])
def test_what_cannot_be_a_code_is_malformed(client, code) -> None:
    assert log_in(client, code).status_code == 400


@pytest.mark.parametrize("field", ["openid", "unionid", "user_id", "person_id"])
def test_nobody_says_who_they_are(client, field) -> None:
    answer = log_in(client, "anything", **{field: "oSomebody"})

    assert answer.status_code == 400
    assert answer.get_json()["fields"] == {field: "extra_forbidden"}


def test_the_same_person_logs_in_twice(client, emulator, runtime) -> None:
    phone = emulator.person("示例·李明")

    one, two = (log_in(client, code_of(phone)).get_json() for _ in range(2))

    assert one["person"]["id"] == two["person"]["id"]
    assert one["token"] != two["token"]


def test_a_unionid_makes_one_person_of_two_accounts(client, emulator, device, runtime) -> None:
    phone = emulator.person("示例·李明")
    official = device(phone.person["official_openid"], App.OFFICIAL)
    with runtime.db.transaction() as session:
        session.execute(text("UPDATE account SET unionid = :u"), {"u": phone.person["unionid"]})

    body = log_in(client, code_of(phone)).get_json()

    assert body["person"]["id"] == str(official.person_id)
    assert {account["app"] for account in body["person"]["accounts"]} == {
        "official",
        "miniprogram",
    }


def test_a_unionid_told_later_joins_two_who_were_apart(client, emulator, device, runtime) -> None:
    phone = emulator.person("示例·李明")
    mini = device(phone.person["miniprogram_openid"])
    official = device(phone.person["official_openid"], App.OFFICIAL)
    with runtime.db.transaction() as session:
        session.execute(
            text("UPDATE account SET unionid = :u WHERE app = 'official'"),
            {"u": phone.person["unionid"]},
        )
    assert mini.person_id != official.person_id

    body = log_in(client, code_of(phone)).get_json()

    assert body["person"]["id"] == str(mini.person_id)
    assert counted(runtime, Person) == 1
    assert official.ask("GET", "/me").get_json()["id"] == str(mini.person_id)


def test_neither_token_nor_session_key_stands_in_the_database(client, emulator, runtime) -> None:
    body = log_in(client, code_of(emulator.person("示例·李明"))).get_json()

    with runtime.db.reading() as session:
        [row] = session.execute(select(ApiSession.__table__)).all()
        [account] = session.scalars(select(Account)).all()
    assert body["token"] not in str(row)
    assert account.openid not in str(body)
    key = runtime.vault.open(row.session_key, f"api_session:{row.id}:session_key")
    assert len(key) == 24
    assert key not in str(row)
    assert key not in str(body)


def test_logging_out_ends_the_session_and_no_other(device) -> None:
    one, other = device("oSame"), device("oSame")

    assert one.ask("DELETE", "/session").status_code == 204

    assert one.ask("GET", "/me").status_code == 401
    assert one.ask("DELETE", "/session").status_code == 401
    assert other.ask("GET", "/me").status_code == 200


def test_a_session_ends_after_two_weeks_without_use(device, clock) -> None:
    somebody = device()

    clock.advance(days=13, hours=23)
    assert somebody.ask("GET", "/me").status_code == 200
    clock.advance(days=13, hours=23)
    assert somebody.ask("GET", "/me").status_code == 200
    clock.advance(days=14)
    assert somebody.ask("GET", "/me").status_code == 401


def test_a_session_ends_after_ninety_days_whatever_its_use(device, clock) -> None:
    somebody = device()

    for _ in range(9):
        clock.advance(days=9)
        assert somebody.ask("GET", "/me").status_code == 200
    clock.advance(days=9)

    assert somebody.ask("GET", "/me").status_code == 401


def test_use_is_noted_every_five_minutes(device, clock, statements) -> None:
    somebody = device()
    written = []

    for _ in range(7):
        with statements() as seen:
            somebody.ask("GET", "/me")
        written.append(any("UPDATE api_session" in statement for statement in seen))
        clock.advance(seconds=100)

    assert written == [False, False, False, True, False, False, True]


def test_reading_does_not_wait_for_somebody_who_writes(device, runtime) -> None:
    somebody = device()

    with runtime.db.transaction() as session:
        session.execute(text("UPDATE person SET birth_year = 1950"))

        assert somebody.ask("GET", "/me").get_json()["birth_year"] is None


def test_a_note_of_use_that_cannot_be_written_now_stops_nobody(device, clock, monkeypatch) -> None:
    def busy(*_: object) -> None:
        raise Busy("locked")

    somebody = device()
    monkeypatch.setattr(sessions, "touch", busy)
    clock.advance(hours=2)

    assert somebody.ask("GET", "/me").status_code == 200
