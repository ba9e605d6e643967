import json
import threading
from typing import Any

import pytest

from emulator.seal import decrypt
from tests.emulator.conftest import Desk, Json, until
from tests.emulator.counterpart import Push, Service

SEND = "/cgi-bin/message/subscribe/send"
BIZSEND = "/cgi-bin/message/subscribe/bizsend"
DATA = {
    "thing1": {"value": "文庙夜巡"},
    "phrase2": {"value": "报名成功"},
    "time3": {"value": "2026年3月10日 09:00"},
    "thing4": {"value": "文庙社区"},
}


def _body(person: Json, **more: Any) -> Json:
    body = {"touser": person["miniprogram_openid"], "template_id": "tpl-signup-result"}
    return body | {"page": "pages/mine", "data": DATA} | more


def _send(desk: Desk, person: Json, **more: Any) -> Json:
    return desk.post(SEND, _body(person, **more), token="miniprogram")


def _answer(desk: Desk, person: Json, answer: str = "accept", **more: Any) -> Json:
    body = {"template_id": "tpl-signup-result", "answer": answer, "app": "miniprogram"}
    return desk.do(person, "subscription", body | more)


def _inner(desk: Desk, push: Push) -> Json:
    own = desk.settings.miniprogram
    encrypted = json.loads(push.body)["Encrypt"]
    return dict(json.loads(decrypt(own.aes_key, own.app_id, encrypted)))


def test_each_acceptance_lets_one_message_through(desk: Desk) -> None:
    person = desk.person()
    _answer(desk, person)
    _answer(desk, person)

    codes = [_send(desk, person)["errcode"] for _ in range(3)]

    assert codes == [0, 0, 43101]
    cards = [item for item in desk.chat(person) if item["kind"] == "subscription"]
    assert len(cards) == 2
    assert cards[0]["data"]["fields"][0] == {
        "key": "thing1",
        "label": "活动名称",
        "value": "文庙夜巡",
    }
    assert cards[0]["data"]["page"] == "pages/mine"
    assert cards[0]["app"] == "miniprogram"


def test_a_lasting_template_needs_one_acceptance(desk: Desk) -> None:
    desk.turn(templates=[{"id": "tpl-signup-result", "lasting": True}])
    person = desk.person()
    _answer(desk, person)

    assert [_send(desk, person)["errcode"] for _ in range(3)] == [0, 0, 0]
    assert desk.ask("GET", "/_/ledger")["items"][0]["lasting"] is True


@pytest.mark.parametrize("answer", ["reject", "turn_off"])
def test_who_refuses_gets_nothing(desk: Desk, answer: str) -> None:
    person = desk.person()

    _answer(desk, person, answer)

    assert _send(desk, person)["errcode"] == 43101


def test_turning_off_takes_back_what_was_allowed(desk: Desk, service: Service) -> None:
    person = desk.person()
    _answer(desk, person)

    _answer(desk, person, "turn_off")

    assert _send(desk, person)["errcode"] == 43101
    event = _inner(desk, service.pushes[-1])
    row = {"TemplateId": "tpl-signup-result", "SubscribeStatusString": "reject"}
    assert (event["Event"], event["List"]) == ("subscribe_msg_change_event", row)


def test_one_answer_is_an_object_and_several_are_a_list(desk: Desk, service: Service) -> None:
    person = desk.person()
    _answer(desk, person)
    several = [{"template_id": f"tpl-{name}", "answer": "reject"} for name in ("offer", "reminder")]
    desk.do(person, "subscription", {"app": "miniprogram", "answers": several})

    one, two = (_inner(desk, push) for push in service.pushes)
    assert one["List"]["SubscribeStatusString"] == "accept"
    assert one["List"]["PopupScene"] == "0"
    assert isinstance(one["CreateTime"], str)
    assert [row["TemplateId"] for row in two["List"]] == ["tpl-offer", "tpl-reminder"]


def test_in_xml_the_list_has_its_wrapper(desk: Desk, service: Service) -> None:
    person = desk.follower()

    _answer(desk, person, app="official")

    event = service.pushes[-1].fields
    assert event["Event"] == "subscribe_msg_popup_event"
    rows = event["SubscribeMsgPopupEvent"]["List"]
    assert (rows["TemplateId"], rows["PopupScene"]) == ("tpl-signup-result", "1")


def test_every_send_is_followed_by_its_result(desk: Desk, service: Service) -> None:
    person = desk.person()
    _answer(desk, person)

    msgid = _send(desk, person)["msgid"]

    desk.settle()
    event = _inner(desk, service.pushes[-1])
    assert event["Event"] == "subscribe_msg_sent_event"
    assert event["List"]["MsgID"] == str(msgid)
    assert (event["List"]["ErrorCode"], event["List"]["ErrorStatus"]) == ("0", "success")


def test_a_result_may_be_a_failure(desk: Desk, service: Service) -> None:
    person = desk.person()
    _answer(desk, person)
    desk.fault(SEND, "job_status", "failed: system failed")

    assert _send(desk, person)["errcode"] == 0

    desk.settle()
    assert _inner(desk, service.pushes[-1])["List"]["ErrorStatus"] == "failed: system failed"
    assert not [item for item in desk.chat(person) if item["kind"] == "subscription"]


@pytest.mark.parametrize(
    ("wrong", "code", "named"),
    [
        ({"touser": "oNobody"}, 40003, "openid"),
        ({"touser": 7}, 40003, "openid"),
        ({"template_id": "tpl-none"}, 40037, "template"),
        ({"template_id": ["x"]}, 40037, "template"),
        ({"data": json.dumps(DATA)}, 47003, "data"),
        ({"data": DATA | {"thing1": {"value": "长" * 21}}}, 47003, "data.thing1.value invalid"),
        ({"data": DATA | {"thing1": {"value": ""}}}, 47003, "data.thing1.value is emtpy"),
        ({"data": DATA | {"phrase2": {"value": 5}}}, 47003, "data.phrase2.value"),
        ({"data": DATA | {"phrase2": "成功"}}, 47003, "data.phrase2.value"),
        ({"data": {"thing1": {"value": "文庙"}}}, 47003, "data.phrase2.value"),
        ({"page": 7}, 41030, "page"),
        ({"miniprogram_state": "beta"}, 47003, "miniprogram_state"),
    ],
)
def test_a_bad_message_is_refused_and_costs_nothing(
    desk: Desk, wrong: Json, code: int, named: str
) -> None:
    person = desk.person()
    _answer(desk, person)

    answer = _send(desk, person, **wrong)

    assert answer["errcode"] == code
    assert named in answer["errmsg"]
    assert _send(desk, person)["errcode"] == 0


def test_an_openid_of_the_other_application_is_wrong(desk: Desk) -> None:
    person = desk.follower()

    assert _send(desk, person, touser=person["official_openid"])["errcode"] == 40003


def test_a_banned_template_is_told(desk: Desk) -> None:
    person = desk.person()
    desk.turn(templates=[{"id": "tpl-signup-result", "banned": True}])

    assert _send(desk, person)["errcode"] == 43107


def test_a_template_without_a_list_of_fields_takes_what_fits(desk: Desk) -> None:
    desk.turn(templates=[{"id": "free", "apps": ["miniprogram"]}])
    person = desk.person()
    for _ in range(2):
        _answer(desk, person, template_id="free")

    good = _send(desk, person, template_id="free", data={"thing9": {"value": "随便"}})
    bad = _send(desk, person, template_id="free", data={"poem1": {"value": "随便"}})

    assert (good["errcode"], bad["errcode"]) == (0, 47003)
    desk.turn(templates=[{"id": "free", "apps": ["official"]}])
    assert _send(desk, person, template_id="free")["errcode"] == 40037


def test_two_sends_to_one_person_at_once_are_one_too_many(desk: Desk) -> None:
    person = desk.person()
    _answer(desk, person)
    _answer(desk, person)
    token = desk.token("miniprogram")["access_token"]
    desk.turn(send_takes=0.5)
    first: list[int] = []

    def send() -> None:
        path = f"{SEND}?access_token={token}"
        answer = desk.app.test_client().post(path, json=_body(person))
        first.append(answer.json["errcode"])

    thread = threading.Thread(target=send)
    thread.start()
    until(lambda: desk.world.sending)
    second = desk.post(SEND, _body(person), token=token)["errcode"]
    thread.join()

    assert (first, second) == ([0], 43108)
    assert desk.post(SEND, _body(person), token=token)["errcode"] == 0


def test_the_day_has_a_number(desk: Desk) -> None:
    person = desk.person()
    desk.turn(quotas={SEND: 1})
    _send(desk, person)

    assert _send(desk, person)["errcode"] == 45009


def test_the_official_account_has_its_own_call(desk: Desk, service: Service) -> None:
    person = desk.person()
    _answer(desk, person, app="official")
    body = _body(person, touser=person["official_openid"])

    assert desk.post(BIZSEND, body, token="miniprogram")["errcode"] == 48001
    assert desk.post(SEND, body)["errcode"] == 48001
    assert desk.post(BIZSEND, body | {"touser": None, "toUser": "x"})["errcode"] == 40003
    assert desk.post(BIZSEND, body)["errcode"] == 0
    desk.settle()
    assert service.pushes[-1].fields["Event"] == "subscribe_msg_sent_event"
    assert desk.post(BIZSEND, body)["errcode"] == 43101


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"template_id": "tpl-none", "answer": "accept"}, 404),
        ({"template_id": "tpl-offer", "answer": "perhaps"}, 400),
        ({"answers": [{"template_id": "tpl-offer", "answer": "turn_off"}] * 2}, 400),
        ({"answers": [{"template_id": "tpl-offer", "answer": "accept"}] * 6}, 400),
    ],
)
def test_an_answer_must_be_one(desk: Desk, body: Json, status: int) -> None:
    desk.do(desk.person(), "subscription", body, status)
