import json
from typing import Any

import pytest
from flask import Response

from emulator.seal import decrypt, sign
from tests.clock import Clock
from tests.emulator.conftest import Desk, Json, until
from tests.emulator.counterpart import Push, Service, reply

OUT_OF_ORDER = "该公众号暂时无法提供服务，请稍后再试"


@pytest.fixture
def person(desk: Desk) -> Json:
    return desk.follower()


def test_a_text_travels_sealed_and_its_reply_is_shown(
    desk: Desk, service: Service, person: Json
) -> None:
    service.say("您好，]]><b>暖蜂</b>".replace("]]>", ""))

    step = desk.do(person, "text", {"content": "活动 ]]> <&\x00"})

    push = service.pushes[-1]
    assert push.query["encrypt_type"] == "aes"
    assert "活动" not in push.body.decode()
    assert push.fields["Content"] == "活动 ]]> <&"
    assert push.fields["FromUserName"] == person["official_openid"]
    assert push.fields["ToUserName"] == desk.settings.official.original_id
    assert step["outcome"] == "reply"
    assert step["reply"] == {"type": "text", "content": "您好，<b>暖蜂</b>"}
    assert step["attempts"] == 1
    shown = [(item["side"], item["kind"], item["text"]) for item in desk.chat(person)[1:]]
    assert shown == [("me", "text", "活动 ]]> <&\x00"), ("account", "text", "您好，<b>暖蜂</b>")]


def test_the_exchange_shows_raw_and_decrypted(desk: Desk, service: Service, person: Json) -> None:
    service.say("收到")
    step = desk.do(person, "text", {"content": "活动"})

    exchange = desk.ask("GET", f"/_/exchanges/{step['exchange']}")

    assert "<Encrypt>" in exchange["request"]["body"]
    assert "活动" in exchange["request"]["plain"]
    assert "<Encrypt>" in exchange["response"]["body"]
    assert "收到" in exchange["response"]["plain"]
    assert exchange["response"]["status"] == 200
    assert exchange["title"] == "文本消息：活动"
    lines = desk.ask("GET", "/_/journal?after=1")
    assert [line["exchange"] for line in lines["items"]] == [step["exchange"]]
    assert lines["calls"]["out /wechat/official"] == 2
    desk.ask("GET", "/_/exchanges/x999", status=404)


def test_in_plain_mode_everything_is_open(desk: Desk, service: Service, person: Json) -> None:
    desk.turn(official_mode="plain")
    service.answer = lambda push: reply(push, "好的")

    step = desk.do(person, "text", {"content": "活动"})

    push = service.pushes[-1]
    assert "encrypt_type" not in push.query
    assert "msg_signature" not in push.query
    signed = (desk.settings.official.token, push.query["timestamp"], push.query["nonce"])
    assert push.query["signature"] == sign(*signed)
    assert push.fields["Content"] == "活动"
    assert step["reply"]["content"] == "好的"
    assert desk.ask("GET", f"/_/exchanges/{step['exchange']}")["request"]["plain"] is None


def test_in_compatible_mode_both_travel_and_either_reply_is_taken(
    desk: Desk, service: Service, person: Json
) -> None:
    service.answer = lambda push: reply(push, "明文回复")

    step = desk.do(person, "text", {"content": "活动"}, mode="compatible")
    service.say("密文回复")
    sealed = desk.do(person, "text", {"content": "活动"}, mode="compatible")

    body = service.pushes[-1].body.decode()
    assert "<Encrypt>" in body
    assert "活动" in body
    assert service.pushes[-1].fields["Content"] == "活动"
    assert (step["reply"]["content"], sealed["reply"]["content"]) == ("明文回复", "密文回复")


def test_the_mini_program_pushes_json(desk: Desk, service: Service) -> None:
    person = desk.person()

    step = desk.do(person, "enter_session", {"session_from": "首页"})

    push = service.pushes[-1]
    own = desk.settings.miniprogram
    outer = json.loads(push.body)
    inner = json.loads(decrypt(own.aes_key, own.app_id, outer["Encrypt"]))
    assert push.content_type == "application/json"
    assert outer["ToUserName"] == own.original_id
    assert inner["Event"] == "user_enter_tempsession"
    assert inner["FromUserName"] == person["miniprogram_openid"]
    assert isinstance(inner["CreateTime"], int)
    assert step["outcome"] == "silent"


def test_the_mini_program_may_push_xml_and_compatible_json(desk: Desk, service: Service) -> None:
    person = desk.person()

    desk.do(person, "text", {"content": "客服", "app": "miniprogram"}, format="xml")
    desk.do(person, "text", {"content": "客服", "app": "miniprogram"}, mode="compatible")

    assert service.pushes[0].fields["Content"] == "客服"
    both = json.loads(service.pushes[1].body)
    assert (both["Content"], "Encrypt" in both) == ("客服", True)


def test_a_mini_program_cannot_answer_with_words(desk: Desk, service: Service) -> None:
    person = desk.person()
    service.answer = lambda push: "您好"

    step = desk.do(person, "image", {"app": "miniprogram"})

    assert step["outcome"] == "failed"
    assert [item["side"] for item in desk.chat(person)] == ["me"]


def test_the_same_bytes_come_three_times_when_nobody_answers_in_time(
    desk: Desk, service: Service, person: Json
) -> None:
    desk.turn(deadline_seconds=0.1)
    service.answer = service.hang

    step = desk.do(person, "text", {"content": "活动"})

    assert (step["outcome"], step["attempts"]) == ("failed", 3)
    assert "0.1 s" in step["problem"]
    assert len({(push.body, push.query["nonce"]) for push in service.pushes[1:]}) == 1
    assert len(service.pushes[1:]) == 3
    assert desk.chat(person)[-1]["text"] == OUT_OF_ORDER
    titles = [line["title"] for line in desk.ask("GET", "/_/journal")["items"]]
    assert titles[-1] == "文本消息：活动（第 3 次）"


def test_an_answer_that_drips_is_cut_off(desk: Desk, service: Service, person: Json) -> None:
    desk.turn(deadline_seconds=0.1, attempts=1)

    def drip(_push: Push) -> Response:
        def slowly() -> Any:
            while not service.free.wait(0.01):
                yield b"x"

        return Response(slowly())

    service.answer = drip

    step = desk.do(person, "text", {"content": "活动"})

    assert (step["outcome"], step["attempts"]) == ("failed", 1)


def test_the_second_try_may_succeed(desk: Desk, service: Service, person: Json) -> None:
    before = len(service.pushes)

    def answer(push: Push) -> Any:
        if len(service.pushes) == before + 1:
            return Response("bug", status=500)
        return service.seal(push, reply(push, "好了"))

    service.answer = answer

    step = desk.do(person, "text", {"content": "活动"})

    assert (step["outcome"], step["attempts"]) == ("reply", 2)


def test_copies_go_out_at_once_and_have_one_body(
    desk: Desk, service: Service, person: Json
) -> None:
    arrived = len(service.pushes)

    def together(push: Push) -> Any:
        until(lambda: len(service.pushes) == arrived + 3)
        return service.seal(push, reply(push, "一次"))

    service.answer = together

    step = desk.do(person, "text", {"content": "活动"}, copies=3)

    assert [each["reply"]["content"] for each in step["deliveries"]] == ["一次"] * 3
    assert len({push.body for push in service.pushes[arrived:]}) == 1
    assert len({each["exchange"] for each in step["deliveries"]}) == 3
    assert [item["text"] for item in desk.chat(person)[1:]] == ["活动", "一次"]


@pytest.mark.parametrize(
    ("wrong", "found"),
    [("wrong_signature", "InvalidSignatureException"), ("wrong_appid", "InvalidAppIdException")],
)
def test_a_push_may_be_forged(
    desk: Desk, service: Service, person: Json, wrong: str, found: str
) -> None:
    service.answer = lambda push: Response("no", status=403)

    step = desk.do(person, "text", {"content": "活动"}, **{wrong: "true"})

    assert service.pushes[-1].text == f"refused: {found}"
    assert (step["outcome"], step["attempts"]) == ("failed", 1)
    assert step["problem"] == "HTTP status 403"


def test_a_push_may_be_stale(desk: Desk, service: Service, person: Json, clock: Clock) -> None:
    desk.do(person, "text", {"content": "活动"}, stale_seconds=3600)

    assert int(service.pushes[-1].query["timestamp"]) == int(clock.now().timestamp()) - 3600


def test_the_time_that_signs_is_the_emulators_or_the_machines(
    desk: Desk, service: Service, person: Json, clock: Clock
) -> None:
    desk.ask("POST", "/_/clock", {"advance_seconds": 500})
    desk.do(person, "text", {"content": "活动"})
    desk.turn(sign_with="wall")
    desk.do(person, "text", {"content": "活动"})

    here = int(clock.now().timestamp())
    assert [int(push.query["timestamp"]) - here for push in service.pushes[-2:]] == [500, 0]
    assert int(service.pushes[-1].fields["CreateTime"]) - here == 500


def test_held_messages_go_in_any_order(desk: Desk, service: Service, person: Json) -> None:
    service.say("回")
    for content in ("一", "二", "三"):
        assert desk.do(person, "text", {"content": content}, hold="true")["outcome"] == "held"
    held = [each["held"] for each in desk.ask("GET", "/_/held")["items"]]

    first = desk.ask("POST", "/_/held", {"order": [held[2]]})["items"]
    rest = desk.ask("POST", "/_/held")["items"]

    assert [push.fields["Content"] for push in service.pushes[1:]] == ["三", "一", "二"]
    assert first[0]["reply"]["content"] == "回"
    assert [each["held"] for each in rest] == held[:2]
    desk.ask("POST", "/_/held", {"order": [99]}, status=404)


def test_the_server_address_is_checked(desk: Desk, service: Service) -> None:
    service.answer = lambda push: push.query["echostr"]
    assert desk.ask("POST", "/_/url_check", {"app": "miniprogram"})["outcome"] == "silent"

    service.answer = lambda push: f'"{push.query["echostr"]}"'
    assert desk.ask("POST", "/_/url_check")["outcome"] == "failed"


def test_any_message_can_be_made_by_hand(desk: Desk, service: Service) -> None:
    person = desk.person()
    codes: Json = {"ScanType": "qrcode", "ScanResult": "1"}
    fields = {"MsgType": "event", "Event": "scancode_push", "ScanCodeInfo": codes}
    fields |= {"CreateTime": 7, "List": [{"A": "1"}, {"A": "2"}]}

    desk.ask("POST", "/_/push", {"person": person["id"], "fields": fields})
    desk.ask("POST", "/_/push", {"person": person["id"], "raw": "<xml><Odd></Odd></xml>"})

    made = service.pushes[0].fields
    assert made["ScanCodeInfo"] == codes
    assert made["CreateTime"] == "7"
    assert made["List"] == [{"A": "1"}, {"A": "2"}]
    assert service.pushes[1].text == "<xml><Odd></Odd></xml>"


@pytest.mark.parametrize("fields", [{"a b": "1"}, {"A": 1.5}, {"A": True}, {"A": [1]}, {"A": None}])
def test_what_is_no_message_cannot_be_made(desk: Desk, fields: Json) -> None:
    person = desk.person()

    desk.ask("POST", "/_/push", {"person": person["id"], "fields": fields}, status=400)
