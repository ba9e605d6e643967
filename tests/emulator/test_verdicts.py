from typing import Any

import pytest
from flask import Response

from tests.emulator.conftest import Desk, Json
from tests.emulator.counterpart import Push, Service, reply

OUT_OF_ORDER = "该公众号暂时无法提供服务，请稍后再试"
ITEM = "<item><Title>春游</Title><Url>https://example.cn</Url></item>"


def _news(count: int, said: int | None = None) -> str:
    said = count if said is None else said
    return f"<ArticleCount>{said}</ArticleCount><Articles>{ITEM * count}</Articles>"


def _ask(desk: Desk, service: Service, answer: Any) -> tuple[Json, list[Json]]:
    person = desk.follower()
    service.answer = answer
    step = desk.do(person, "text", {"content": "活动"})
    return step, desk.chat(person)[2:]


@pytest.mark.parametrize("body", ["", "success"])
def test_success_or_nothing_is_silence(desk: Desk, service: Service, body: str) -> None:
    step, shown = _ask(desk, service, lambda push: body)

    assert (step["outcome"], step["reply"], shown) == ("silent", None, [])


@pytest.mark.parametrize(
    ("kind", "inside", "shown"),
    [
        ("image", "<Image><MediaId>m1</MediaId></Image>", ("image", "[图片]")),
        ("voice", "<Voice><MediaId>m1</MediaId></Voice>", ("voice", "[语音]")),
        ("video", "<Video><MediaId>m1</MediaId><Title>片</Title></Video>", ("text", "片")),
        ("music", "<Music><ThumbMediaId>m1</ThumbMediaId></Music>", ("text", "[音乐]")),
        ("news", _news(2), ("text", "春游\nhttps://example.cn\n" * 2)),
        ("transfer_customer_service", "<x/>", ("text", "（已转接人工客服）")),
    ],
)
def test_every_kind_of_reply_is_shown(
    desk: Desk, service: Service, kind: str, inside: str, shown: tuple[str, str]
) -> None:
    step, items = _ask(
        desk, service, lambda push: service.seal(push, reply(push, "", kind, inside))
    )

    assert step["reply"]["type"] == kind
    assert [(item["kind"], item["text"]) for item in items] == [(shown[0], shown[1].strip())]


SPOILT: dict[str, Any] = {
    "a plain reply in secure mode": lambda s, p: reply(p, "好"),
    "empty": lambda s, p: s.seal(p, reply(p, "")),
    "longer": lambda s, p: s.seal(p, reply(p, "好" * 683)),
    "swapped": lambda s, p: s.seal(p, reply(p, "好", ToUserName="o-other")),
    "CreateTime": lambda s, p: s.seal(p, reply(p, "好", CreateTime="now")),
    "MsgType": lambda s, p: s.seal(p, reply(p, "好", kind="poem")),
    "MediaId": lambda s, p: s.seal(p, reply(p, "", "image", "<Image></Image>")),
    "articles": lambda s, p: s.seal(p, reply(p, "", "news", _news(9))),
    "ArticleCount": lambda s, p: s.seal(p, reply(p, "", "news", _news(1, said=2))),
    "root": lambda s, p: s.seal(p, "<yml></yml>"),
    "no XML": lambda s, p: s.seal(p, "{}"),
    "DTD": lambda s, p: "<!DOCTYPE x><xml/>",
    "must be there": lambda s, p: "<xml><Encrypt>x</Encrypt></xml>",
    "MsgSignature": lambda s, p: s.seal(p, reply(p, "好")).replace("<TimeStamp>", "<TimeStamp>1"),
    "HTTP status 302": lambda s, p: Response("", status=302, headers={"Location": "/"}),
    "HTTP status 404": lambda s, p: Response("<xml/>", status=404),
}


@pytest.mark.parametrize("problem", SPOILT)
def test_a_spoilt_reply_reads_out_of_order(desk: Desk, service: Service, problem: str) -> None:
    step, shown = _ask(desk, service, lambda push: SPOILT[problem](service, push))

    assert (step["outcome"], step["attempts"]) == ("failed", 1)
    assert problem in step["problem"]
    assert [item["text"] for item in shown] == [OUT_OF_ORDER]
    assert shown[0]["data"] == {"problem": step["problem"]}


def test_a_sealed_reply_to_a_plain_push_is_out_of_order(desk: Desk, service: Service) -> None:
    desk.turn(official_mode="plain")

    def sealed(push: Push) -> str:
        return service.seal(push, reply(push, "好"))

    step, _ = _ask(desk, service, sealed)

    assert step["problem"] == "a sealed reply to a plain push"


def test_an_endless_answer_is_cut_off(desk: Desk, service: Service) -> None:
    desk.turn(attempts=1)
    step, _ = _ask(desk, service, lambda push: b"x" * (5 * 1024 * 1024))

    assert "too long" in step["problem"]
