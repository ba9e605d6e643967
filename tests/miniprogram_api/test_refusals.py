import logging

import pytest
from sqlalchemy import text
from werkzeug.exceptions import BadRequest

from miniprogram_api import me
from server.db import Busy
from server.errors import Conflict, Later, Refusal
from server.statuses import STATUS, status_of
from tests.miniprogram_api.conftest import API

pytestmark = pytest.mark.once


def shape(answer) -> dict:
    """Return the body of a refusal, after looking at all that every refusal bears."""
    body = answer.get_json()
    assert set(body) - {"fields"} == {"code", "message", "request_id"}
    assert answer.headers["X-Request-Id"] == body["request_id"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/json"
    assert body["message"].endswith(("。", "！", "？", "）"))
    return body


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/",
        "/activities/",
        "/shifts/1",
        "/me/",
        "//me",
        "/activities/7",
        "/activities/x",
    ],
)
def test_nothing_there_is_404_in_our_shape(device, path) -> None:
    answer = device().ask("GET", path)

    assert answer.status_code == 404
    shape(answer)


@pytest.mark.parametrize(
    "id_", ["0", "-1", "01", "1.0", "1e3", "１", "١", "9" * 19, "1%00", "%20", "1;", "null"]
)
def test_what_is_no_id_names_nothing(device, shift, id_) -> None:
    shift()

    assert device().ask("GET", f"/activities/{id_}").status_code == 404
    assert device().ask("PUT", f"/shifts/{id_}/signup").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_a_wrong_method_is_405_and_names_the_right_ones(device, method) -> None:
    answer = device().ask(method, "/activities")

    assert answer.status_code == 405
    assert shape(answer)["code"] == "request.wrong_method"
    assert "GET" in answer.headers["Allow"]


def test_addresses_of_others_are_left_alone(client) -> None:
    answer = client.get("/elsewhere")

    assert answer.status_code == 404
    assert "X-Request-Id" not in answer.headers


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "application/json;charset=gbk"]
)
def test_another_kind_of_body_is_415(device, kind) -> None:
    answer = device().ask("PATCH", "/me", data=b"{}", content_type=kind)

    assert answer.status_code == 415
    assert shape(answer)["code"] == "request.not_json"


def test_a_packed_body_is_415(device) -> None:
    answer = device().ask(
        "PATCH",
        "/me",
        data=b"{}",
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )

    assert answer.status_code == 415


def test_a_body_too_large_is_413_before_it_is_read(device) -> None:
    class Unread:
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

        readline = read

    answer = device().ask(
        "PATCH",
        "/me",
        environ_overrides={
            "wsgi.input": Unread(),
            "CONTENT_LENGTH": "65537",
            "CONTENT_TYPE": "application/json",
        },
    )

    assert answer.status_code == 413
    assert shape(answer)["code"] == "request.too_large"


def test_a_body_of_unsaid_length_is_413_once_it_is_too_large(device) -> None:
    body = b'{"name": "' + b"x" * 70_000 + b'"}'
    answer = device().ask(
        "PATCH",
        "/me",
        data=body,
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )

    assert answer.status_code == 413
    shape(answer)


@pytest.mark.parametrize(
    ("body", "field", "flaw"),
    [
        ({"openid": "oSomebodyElse"}, "openid", "extra_forbidden"),
        ({"user_id": 1}, "user_id", "extra_forbidden"),
        ({"id": "1"}, "id", "extra_forbidden"),
        ({"phone": "13800000000"}, "phone", "extra_forbidden"),
        ({"name": 1}, "name", "string_type"),
        ({"name": ""}, "name", "string_pattern_mismatch"),
        ({"name": " \u3000"}, "name", "string_pattern_mismatch"),
        ({"name": "a\u202eb"}, "name", "string_pattern_mismatch"),
        ({"name": "\u3164"}, "name", "string_pattern_mismatch"),
        ({"name": "\u115f\u1160"}, "name", "string_pattern_mismatch"),
        ({"name": "\u00ad"}, "name", "string_pattern_mismatch"),
        ({"name": "\u180e"}, "name", "string_pattern_mismatch"),
        ({"name": "\U000e0041\U000e0042"}, "name", "string_pattern_mismatch"),
        ({"name": "李\U000e0041"}, "name", "string_pattern_mismatch"),
        ({"name": "\ufe0f"}, "name", "string_pattern_mismatch"),
        ({"name": "\u2800"}, "name", "string_pattern_mismatch"),
        ({"name": "x" * 41}, "name", "string_too_long"),
        ({"birth_year": "1968"}, "birth_year", "int_type"),
        ({"birth_year": True}, "birth_year", "int_type"),
        ({"birth_year": 1968.5}, "birth_year", "int_type"),
        ({"birth_year": 1899}, "birth_year", "greater_than_equal"),
        ({"consents": {"everything": True}}, "consents.everything.[key]", "enum"),
    ],
)
def test_a_malformed_body_is_400_and_says_where(device, body, field, flaw) -> None:
    answer = device().ask("PATCH", "/me", body)

    assert answer.status_code == 400
    assert shape(answer)["fields"] == {field: flaw}


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"name": NaN}', b'{"name":"a","name":"b"}'])
def test_an_unreadable_body_is_400(device, raw) -> None:
    answer = device().ask("PATCH", "/me", data=raw, content_type="application/json")

    assert answer.status_code == 400
    assert shape(answer)["fields"] == {"body": "unreadable"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/shifts/1/signup"), ("POST", "/me/link-code"), ("DELETE", "/session")],
)
def test_where_no_body_is_wanted_a_said_identity_is_refused(device, method, path) -> None:
    somebody = device()

    assert somebody.ask(method, path, {"openid": "o"}).status_code == 400
    assert somebody.ask(method, path, {}).status_code in (200, 204, 404)


@pytest.mark.parametrize(
    "query",
    [
        "unknown=1",
        "limit=1&limit=2",
        "limit=0",
        "limit=101",
        "limit=１",
        "limit=+5",
        "limit=1_0",
        "limit=",
        "limit=1e1",
        "field=nonsense",
        "q=",
        "q=%00",
        "q=%FF",
        "q=%ED%A0%80",
        "q=%E6%9D",
        "%FF=1",
        "q=" + "x" * 41,
        "area=%00",
        "cursor=x",
        "cursor=1-",
        "cursor=99999999999999999-1",
        "openid=o",
    ],
)
def test_a_malformed_query_is_400(device, query) -> None:
    answer = device().ask("GET", f"/activities?{query}")

    assert answer.status_code == 400
    assert shape(answer)["fields"]


def test_every_kind_of_refusal_has_its_status() -> None:
    kinds = {kind for kind in Refusal.__subclasses__() if kind is not Later}

    assert {status_of(kind) for kind in kinds} <= set(STATUS.values())
    assert status_of(Conflict) == 409


def test_a_database_that_is_busy_is_503_and_says_when_to_come_back(
    device, app, monkeypatch
) -> None:
    def busy(*_args: object, **_kwargs: object) -> None:
        raise Busy("locked")

    somebody = device()
    monkeypatch.setattr(me.profile, "of", busy)
    answer = somebody.ask("GET", "/me")

    assert answer.status_code == 503
    assert shape(answer)["code"] == "request.busy"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_bug_is_500_with_its_number_and_nothing_else(device, monkeypatch, caplog) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the secret reason")

    somebody = device()
    monkeypatch.setattr(me.profile, "of", broken)
    with caplog.at_level(logging.ERROR):
        answer = somebody.ask("GET", "/me")

    assert answer.status_code == 500
    number = shape(answer)["request_id"]
    assert number in answer.get_json()["message"]
    assert "secret reason" not in answer.text
    [line] = [line for line in caplog.records if line.levelno == logging.ERROR]
    assert line.request_id == number
    assert "the secret reason" in (line.exc_text or str(line.exc_info))


def test_a_table_that_is_gone_is_a_bug_and_not_a_busy_database(device, runtime) -> None:
    somebody = device()
    with runtime.db.transaction() as session:
        session.execute(text("ALTER TABLE consent RENAME TO elsewhere"))

    assert somebody.ask("GET", "/me").status_code == 500


def test_no_answer_invites_other_sites(device, client) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answers = [
        device().ask("GET", "/me", headers=headers),
        client.open(API + "/me", method="OPTIONS", headers=headers),
        client.get(API + "/openapi.json", headers=headers),
        client.get(API + "/docs", headers=headers),
    ]

    for answer in answers:
        assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


def test_what_flask_itself_finds_malformed_takes_our_shape(device, monkeypatch) -> None:
    def unclear(*_args: object, **_kwargs: object) -> None:
        raise BadRequest

    somebody = device()
    monkeypatch.setattr(me.profile, "of", unclear)
    answer = somebody.ask("GET", "/me")

    assert answer.status_code == 400
    assert shape(answer)["fields"] == {}
