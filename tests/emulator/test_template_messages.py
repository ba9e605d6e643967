from typing import Any

import pytest

from tests.clock import Clock
from tests.emulator.conftest import Desk, Json
from tests.emulator.counterpart import Service

SEND = "/cgi-bin/message/template/send"
DATA = {
    "thing1": {"value": "文庙夜巡", "color": "#173177"},
    "time2": {"value": "09:00"},
    "thing3": {"value": "文庙社区"},
    "thing4": {"value": "记得带水"},
}


def _send(desk: Desk, person: Json, **more: Any) -> Json:
    body = {"touser": person["official_openid"], "template_id": "tpl-reminder", "data": DATA}
    return desk.post(SEND, body | {"url": "https://example.cn/a"} | more)


def _cards(desk: Desk, person: Json) -> list[Json]:
    return [item for item in desk.chat(person) if item["kind"] == "template"]


def test_a_template_message_arrives_and_its_end_is_told(desk: Desk, service: Service) -> None:
    person = desk.follower()

    answer = _send(desk, person, miniprogram={"appid": "wx1", "pagepath": "pages/a"})

    desk.settle()
    assert _cards(desk, person)[0]["text"].startswith("活动提醒\n活动名称：文庙夜巡")
    assert _cards(desk, person)[0]["data"]["url"] == "https://example.cn/a"
    assert _cards(desk, person)[0]["data"]["page"] == "pages/a"
    event = service.pushes[-1].fields
    assert event["Event"] == "TEMPLATESENDJOBFINISH"
    assert (event["MsgID"], event["Status"]) == (str(answer["msgid"]), "success")


def test_the_end_may_be_a_block_or_a_failure(desk: Desk, service: Service) -> None:
    person = desk.follower()
    desk.ask("PATCH", f"/_/people/{person['id']}", {"blocks_templates": True})
    _send(desk, person)
    desk.settle()
    desk.fault(SEND, "job_status")
    _send(desk, person)
    desk.settle()

    ends = [push.fields["Status"] for push in service.pushes[-2:]]
    assert ends == ["failed:user block", "failed: system failed"]
    assert _cards(desk, person) == []


def test_the_same_client_id_sends_once_in_ten_minutes(desk: Desk, clock: Clock) -> None:
    person = desk.follower()

    first = _send(desk, person, client_msg_id="notice-7")
    again = _send(desk, person, client_msg_id="notice-7")
    other = _send(desk, person, client_msg_id="notice-8")
    clock.advance(minutes=10)
    later = _send(desk, person, client_msg_id="notice-7")

    assert again == first
    assert len({first["msgid"], other["msgid"], later["msgid"]}) == 3
    assert len(_cards(desk, person)) == 3


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"touser": "oNobody"}, 40003),
        ({"template_id": "tpl-none"}, 40037),
        ({"data": {}}, 47003),
        ({"client_msg_id": ""}, 47003),
        ({"client_msg_id": 7}, 47003),
        ({"miniprogram": "x", "data": None}, 47003),
    ],
)
def test_a_bad_template_message_is_refused(desk: Desk, wrong: Json, code: int) -> None:
    assert _send(desk, desk.follower(), **wrong)["errcode"] == code


def test_who_does_not_follow_cannot_be_reached(desk: Desk) -> None:
    assert _send(desk, desk.person())["errcode"] == 43004


def test_a_banned_template_is_told(desk: Desk) -> None:
    desk.turn(templates=[{"id": "tpl-reminder", "banned": True}])

    assert _send(desk, desk.follower())["errcode"] == 43116
