import json
import time
from typing import Any

import pytest
import urllib3

from tests.clock import Clock
from tests.emulator.conftest import Desk, Json
from tests.emulator.counterpart import Service

GET = "/cgi-bin/user/get"
SEND = "/cgi-bin/message/custom/send"


def test_an_error_code_comes_and_goes(desk: Desk) -> None:
    desk.fault(GET, "errcode", 45011, times=2)

    answers = [desk.get(GET) for _ in range(3)]

    assert [answer.get("errcode") for answer in answers] == [45011, 45011, None]
    assert " rid: " in answers[0]["errmsg"]
    lines = desk.ask("GET", "/_/journal")
    assert lines["errors"] == {f"{GET} 45011": 2}
    faults = [line["fault"] for line in lines["items"] if line["path"] == GET]
    assert faults == ["errcode", "errcode", None]


def test_the_usual_error_is_a_busy_system(desk: Desk) -> None:
    desk.fault("*", "errcode")

    assert desk.get(GET, token=None)["errcode"] == -1


def test_faults_wait_for_their_path_and_can_be_cleared(desk: Desk) -> None:
    desk.fault(SEND, "errcode")
    assert "errcode" not in desk.get(GET)
    assert len(desk.ask("GET", "/_/faults")["items"]) == 1

    desk.ask("DELETE", "/_/faults")

    assert desk.ask("GET", "/_/faults")["items"] == []


@pytest.mark.parametrize(
    ("kind", "value", "status", "mimetype"),
    [
        ("status", 502, 502, "text/html"),
        ("status", 7, 502, "text/html"),
        ("html", "<p>维护中</p>", 200, "text/html"),
        ("html", None, 200, "text/html"),
        ("text_plain", None, 200, "text/plain"),
    ],
)
def test_the_answer_may_be_something_else(
    desk: Desk, kind: str, value: Any, status: int, mimetype: str
) -> None:
    desk.token()
    desk.fault(GET, kind, value)

    answer = desk.http.get(f"{GET}?access_token={desk.token()['access_token']}")

    assert (answer.status_code, answer.mimetype) == (status, mimetype)
    if kind == "text_plain":
        assert json.loads(answer.text)["total"] == 0


def test_a_short_life_is_a_short_life(desk: Desk, clock: Clock) -> None:
    desk.fault("/cgi-bin/stable_token", "short_expiry", 20)

    short = desk.token()

    assert short["expires_in"] == 20
    clock.advance(seconds=20)
    assert desk.get(GET, token=short["access_token"])["errcode"] == 42001


def test_numbers_may_come_as_strings(desk: Desk) -> None:
    desk.fault("/cgi-bin/stable_token", "numbers_as_strings")

    assert desk.token()["expires_in"] == "7200"


def _text_to(person: Json) -> bytes:
    message = {"touser": person["official_openid"], "msgtype": "text", "text": {"content": "好"}}
    return json.dumps(message, ensure_ascii=False).encode()


@pytest.mark.parametrize(("kind", "arrives"), [("drop_before", 0), ("drop_after", 1)])
def test_the_connection_may_break_before_or_after_the_effect(
    desk: Desk, address: str, wire: urllib3.PoolManager, kind: str, arrives: int
) -> None:
    person, token = desk.follower(), desk.token()["access_token"]
    desk.fault(SEND, kind)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        wire.request("POST", f"{address}{SEND}?access_token={token}", body=_text_to(person))

    assert len([item for item in desk.chat(person) if item["kind"] == "notice"]) == arrives
    assert desk.ask("GET", "/_/journal")["items"][-1]["fault"] == kind


def test_an_answer_that_is_lost_is_followed_by_its_event(
    desk: Desk, service: Service, address: str, wire: urllib3.PoolManager
) -> None:
    send = "/cgi-bin/message/template/send"
    desk.turn(templates=[{"id": "free"}])
    person, token = desk.follower(), desk.token()["access_token"]
    desk.fault(send, "drop_after")
    body = {"touser": person["official_openid"], "template_id": "free", "data": {}}

    with pytest.raises(urllib3.exceptions.ProtocolError):
        wire.request("POST", f"{address}{send}?access_token={token}", json=body)

    desk.settle()
    assert service.pushes[-1].fields["Event"] == "TEMPLATESENDJOBFINISH"


def test_a_delay_only_delays(desk: Desk, address: str, wire: urllib3.PoolManager) -> None:
    token = desk.token()["access_token"]
    desk.fault(GET, "delay", 0.2)
    begun = time.monotonic()

    answer = wire.request("GET", f"{address}{GET}?access_token={token}")

    assert time.monotonic() - begun >= 0.2
    assert answer.json()["total"] == 0


def test_without_a_socket_a_dropped_connection_is_a_502(desk: Desk) -> None:
    desk.fault(GET, "drop_before")

    assert desk.http.get(GET).status_code == 502


@pytest.mark.parametrize(
    "fault",
    [
        {"path": GET},
        {"path": GET, "kind": "poem"},
        {"path": GET, "kind": "errcode", "times": 0},
        {"path": "", "kind": "errcode"},
        {"path": GET, "kind": "errcode", "value": {}},
        {"path": GET, "kind": "delay", "value": 1e400},
    ],
)
def test_what_is_no_fault_is_refused(desk: Desk, fault: Json) -> None:
    desk.http.post("/_/faults", json=fault)

    assert desk.ask("GET", "/_/faults")["items"] == []
