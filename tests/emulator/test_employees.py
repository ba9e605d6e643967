"""用工关系: bound by the person, and a message only as WeChat takes it."""

import json
from typing import Any

import pytest

from tests.emulator.conftest import Desk, Json

SEND = "/cgi-bin/message/wxopen/employeerelationmsg/send"
TEMPLATE = "tpl-staff-progress"
DATA = {
    "thing1": {"value": "文庙社区（社区工作者）"},
    "phrase2": {"value": "已经生效"},
    "time3": {"value": "09:00"},
    "thing4": {"value": "请登录查看"},
}
WRITTEN = json.dumps({"data": DATA}, ensure_ascii=False)


def send(desk: Desk, person: Json, **more: Any) -> Json:
    body = {"touser": person["miniprogram_openid"], "template_id": TEMPLATE, "page": "pages/a"}
    return desk.post(SEND, body | {"data": WRITTEN} | more, token="miniprogram")


def bind(desk: Desk, person: Json, binding: str = "accept", **answers: str) -> Json:
    allowed = {TEMPLATE: "accept"} | answers if binding == "accept" else answers
    return desk.do(person, "employee_relation", {"binding": binding, "answers": allowed})


def test_who_is_bound_and_allows_it_gets_any_number(desk: Desk) -> None:
    person = desk.person()

    told = bind(desk, person)

    assert told == {"bindingStatus": "accept", TEMPLATE: "accept"}
    assert [send(desk, person)["errcode"] for _ in range(3)] == [0, 0, 0]
    cards = [item for item in desk.chat(person) if item["kind"] == "subscription"]
    assert len(cards) == 3
    assert cards[0]["data"]["channel"] == "employee"


def test_who_is_not_bound_gets_none(desk: Desk) -> None:
    person = desk.person()
    assert send(desk, person)["errcode"] == 40256

    bind(desk, person)
    bind(desk, person, "end")

    assert send(desk, person)["errcode"] == 40256


def test_who_is_bound_and_does_not_allow_it_gets_none(desk: Desk) -> None:
    person = desk.person()
    desk.do(person, "employee_relation", {"binding": "accept", "answers": {}})

    assert send(desk, person)["errcode"] == 50001


def test_a_template_may_be_allowed_later(desk: Desk) -> None:
    person = desk.person()
    desk.do(person, "employee_relation", {"binding": "", "answers": {TEMPLATE: "accept"}}, 409)
    desk.do(person, "employee_relation", {"binding": "accept", "answers": {}})

    bind(desk, person, "", **{TEMPLATE: "accept"})

    assert send(desk, person)["errcode"] == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"data": {"data": DATA}}, 40097),
        ({"data": "no json"}, 40097),
        ({"data": json.dumps(DATA)}, 40097),
        ({"data": WRITTEN.replace("09:00", "九点")}, 40097),
        ({"page": ""}, 40097),
        ({"page": None}, 40097),
        ({"template_id": "tpl-progress"}, 40097),
        ({"touser": "oGZH-of-the-account"}, 40257),
    ],
)
def test_what_is_wrong_is_refused(desk: Desk, wrong: Json, code: int) -> None:
    person = desk.person()
    bind(desk, person)

    assert send(desk, person, **wrong)["errcode"] == code


def test_without_the_right_nobody_is_reached(desk: Desk) -> None:
    person = desk.person()
    bind(desk, person)
    desk.ask("POST", "/_/settings", {"employee_relations": False})

    assert send(desk, person)["errcode"] == 43104


def test_its_templates_serve_nowhere_else(desk: Desk) -> None:
    person = desk.person()
    body = {"touser": person["miniprogram_openid"], "template_id": TEMPLATE, "data": DATA}

    answer = desk.post("/cgi-bin/message/subscribe/send", body, token="miniprogram")

    assert answer["errcode"] == 40037


def test_only_its_own_templates_are_allowed_with_it(desk: Desk) -> None:
    person = desk.person()

    answers = {"tpl-progress": "accept"}
    desk.do(person, "employee_relation", {"binding": "accept", "answers": answers}, 404)
