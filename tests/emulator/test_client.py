import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from flask import Response, request

from tests.emulator.conftest import Desk, Json
from tests.emulator.counterpart import Service


def _call(desk: Desk, person: Json, status: int = 200, **wish: Any) -> Json:
    wish = {"method": "GET", "path": "/api/v1/me"} | wish
    return desk.ask("POST", f"/_/people/{person['id']}/call", wish, status)


def test_the_first_call_logs_in_and_the_next_ones_do_not(desk: Desk, service: Service) -> None:
    person = desk.person()

    answer = _call(desk, person, method="POST", path="/api/v1/needs", body={"text": "陪诊"})
    _call(desk, person)

    assert (answer["status"], answer["body"]) == (200, {"echo": {"text": "陪诊"}})
    assert service.logins == 1
    assert [call["path"] for call in service.calls] == [
        "/api/v1/login",
        "/api/v1/needs",
        "/api/v1/me",
    ]
    assert service.calls[1]["headers"]["Authorization"] == "Bearer bearer-1"
    exchange = desk.ask("GET", f"/_/exchanges/{answer['exchange']}")
    assert exchange["title"] == "小程序 POST /api/v1/needs"
    assert exchange["request"]["body"] == '{"text": "陪诊"}'


def test_each_person_logs_in_alone_with_a_fresh_code(desk: Desk, service: Service) -> None:
    _call(desk, desk.person())
    _call(desk, desk.person())

    codes = {call["body"]["code"] for call in service.calls if call["path"] == "/api/v1/login"}
    assert (service.logins, len(codes)) == (2, 2)


def test_a_dead_session_is_opened_again_once(desk: Desk, service: Service) -> None:
    person = desk.person()
    _call(desk, person)

    def refuse_the_first(call: Json) -> Any:
        bearer = call["headers"]["Authorization"]
        return ({"code": "login"}, 401) if bearer == "Bearer bearer-1" else {"ok": True}

    service.rest = refuse_the_first
    assert _call(desk, person)["body"] == {"ok": True}

    service.rest = lambda call: ({"code": "login"}, 401)
    assert _call(desk, person)["status"] == 401
    assert service.logins == 3


def test_calls_at_once_share_one_login(desk: Desk, service: Service) -> None:
    person = desk.person()
    with ThreadPoolExecutor(6) as threads:
        path = f"/_/people/{person['id']}/call"
        wish = {"method": "GET", "path": "/api/v1/me"}
        answers = threads.map(lambda _: desk.app.test_client().post(path, json=wish), range(6))
        statuses = [answer.json["status"] for answer in answers]

    assert statuses == [200] * 6
    assert service.logins == 1


class NoLocks(dict[str, Any]):
    """Hands out locks that hold nobody back."""

    def setdefault(self, _name: str, _lock: Any = None) -> Any:
        return nullcontext()


def test_control_without_the_lock_two_calls_log_in_twice(desk: Desk, service: Service) -> None:
    desk.app.extensions["emulator"].client._logins = NoLocks()
    service.together = threading.Barrier(2, timeout=10)
    person = desk.person()
    with ThreadPoolExecutor(2) as threads:
        path = f"/_/people/{person['id']}/call"
        wish = {"method": "GET", "path": "/api/v1/me"}
        list(threads.map(lambda _: desk.app.test_client().post(path, json=wish), range(2)))

    assert service.logins == 2


def test_logging_out_forgets_the_session(desk: Desk, service: Service) -> None:
    person = desk.person()
    _call(desk, person)

    desk.do(person, "logout")
    _call(desk, person)

    assert service.logins == 2


def test_a_refused_login_is_the_answer(desk: Desk, service: Service) -> None:
    service.refusal = ({"code": "wechat.risky"}, 403)

    answer = _call(desk, desk.person())

    assert (answer["status"], answer["body"]) == (403, {"code": "wechat.risky"})
    assert desk.ask("GET", f"/_/exchanges/{answer['exchange']}")["response"]["status"] == 403


def test_a_header_of_ones_own_authorization_is_sent_as_it_is(desk: Desk, service: Service) -> None:
    service.rest = lambda call: Response("nope", status=401)

    answer = _call(desk, desk.person(), headers={"Authorization": "Bearer mine", "X-A": "1"})

    assert (answer["status"], answer["body"]) == (401, "nope")
    assert service.logins == 0
    assert service.calls[0]["headers"]["Authorization"] == "Bearer mine"
    assert service.calls[0]["headers"]["X-A"] == "1"


def test_chinese_and_spaces_in_a_path_are_encoded(desk: Desk, service: Service) -> None:
    _call(desk, desk.person(), path="/api/v1/activities?q=文庙 夜")

    assert service.calls[-1]["path"] == "/api/v1/activities?q=%E6%96%87%E5%BA%99%20%E5%A4%9C"


def test_an_answer_without_a_body_is_nothing(desk: Desk, service: Service) -> None:
    service.rest = lambda call: Response("", status=204)

    answer = _call(desk, desk.person(), method="DELETE", path="/api/v1/shifts/1/signup")

    assert (answer["status"], answer["body"]) == (204, None)


@pytest.mark.parametrize(
    "wish",
    [
        {"path": "/console/"},
        {"path": "//evil.example/api/v1/"},
        {"path": "http://evil.example/api/v1/me"},
        {"path": "/api/v1/../../console/"},
        {"path": "/api/v1/%2E%2e/console/"},
        {"path": "/api/v1/..%2fconsole"},
        {"path": "/api/v1/..%5Cconsole"},
        {"method": "TRACE"},
        {"headers": {"Host": "evil.example"}},
        {"headers": {"X-A": "1\r\nX-B: 2"}},
        {"headers": {"X A": "1"}},
        {"headers": {"X-A": 1}},
        {"colour": "red"},
    ],
)
def test_a_call_never_leaves_the_rest_api(desk: Desk, service: Service, wish: Json) -> None:
    _call(desk, desk.person(), 400, **wish)

    assert service.calls == []


def test_an_answer_cut_short_is_told(desk: Desk, service: Service) -> None:
    def half(_call: Json) -> Response:
        answer = Response("half")
        answer.headers["Content-Length"] = "9000"
        return answer

    service.rest = half

    answer = _call(desk, desk.person(), 502)

    assert "the connection broke" in answer["message"]


def test_a_connection_that_breaks_is_told(desk: Desk, service: Service) -> None:
    def hang_up(_call: Json) -> str:
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return "never read"

    service.rest = hang_up

    answer = _call(desk, desk.person(), 502)

    assert "the connection broke" in answer["message"]


def test_a_service_that_is_away_is_told(desk: Desk, service: Service) -> None:
    person = desk.person()
    _call(desk, person)
    object.__setattr__(desk.settings, "service_url", "http://127.0.0.1:9")

    answer = _call(desk, person, 502)

    assert "服务没有应答" in answer["message"]
    assert desk.ask("GET", "/_/journal")["items"][-1]["status"] == 0
