from typing import Any

import pytest

from tests.clock import Clock
from tests.emulator.conftest import Desk, Json

SEND = "/cgi-bin/message/custom/send"
TEXT = {"msgtype": "text", "text": {"content": "您好"}}


def _send(desk: Desk, person: Json, body: Json | None = None, app: str = "official") -> int:
    openid = person[f"{app}_openid"]
    return int(desk.post(SEND, {"touser": openid} | (body or TEXT), token=app)["errcode"])


def test_a_message_of_theirs_allows_five_for_two_days(desk: Desk, clock: Clock) -> None:
    person = desk.follower()
    clock.advance(minutes=2)
    desk.do(person, "text", {"content": "活动"})

    assert [_send(desk, person) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    desk.do(person, "text", {"content": "活动"})
    clock.advance(hours=47, minutes=59)
    assert _send(desk, person) == 0
    clock.advance(minutes=1)
    assert _send(desk, person) == 45015


def test_following_allows_three_for_a_minute(desk: Desk, clock: Clock) -> None:
    person = desk.follower()

    assert [_send(desk, person) for _ in range(4)] == [0, 0, 0, 45047]
    clock.advance(seconds=60)
    assert _send(desk, person) == 45015


def test_a_tap_on_the_menu_sets_the_number_again_and_adds_nothing(desk: Desk) -> None:
    person = desk.follower()
    _send(desk, person)

    desk.do(person, "menu", {"key": "A"})

    assert [_send(desk, person) for _ in range(4)] == [0, 0, 0, 45047]


def test_the_window_that_ends_first_is_used_first(desk: Desk, clock: Clock) -> None:
    person = desk.follower()
    desk.do(person, "text", {"content": "活动"})

    assert [_send(desk, person) for _ in range(3)] == [0, 0, 0]
    clock.advance(seconds=61)
    assert [_send(desk, person) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


def test_the_mini_program_has_windows_of_its_own(desk: Desk, clock: Clock) -> None:
    person = desk.person()
    assert _send(desk, person, app="miniprogram") == 45015

    desk.do(person, "enter_session")
    assert [_send(desk, person, app="miniprogram") for _ in range(3)] == [0, 0, 45047]
    desk.do(person, "text", {"content": "在吗", "app": "miniprogram"})
    clock.advance(hours=2)
    assert [_send(desk, person, app="miniprogram") for _ in range(6)] == [0] * 5 + [45047]


def test_unfollowing_ends_everything(desk: Desk) -> None:
    person = desk.follower()
    desk.do(person, "unfollow")
    assert _send(desk, person) == 43004

    desk.do(person, "follow")
    assert [_send(desk, person) for _ in range(4)] == [0, 0, 0, 45047]


def test_who_wants_no_messages_gets_none(desk: Desk) -> None:
    person = desk.follower()
    desk.ask("PATCH", f"/_/people/{person['id']}", {"refuses_messages": True})

    assert _send(desk, person) == 48002


ITEM = {"id": "101", "content": "满意"}
ARTICLE = {"title": "春游", "url": "https://example.cn"}


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        (TEXT, "notice", "您好"),
        ({"msgtype": "image", "image": {"media_id": "m"}}, "image", "[图片]"),
        ({"msgtype": "voice", "voice": {"media_id": "m"}}, "voice", "[语音]"),
        ({"msgtype": "news", "news": {"articles": [ARTICLE]}}, "notice", "春游"),
        (
            {"msgtype": "msgmenu", "msgmenu": {"head_content": "满意吗？", "list": [ITEM]}},
            "menu",
            "满意吗？\n满意",
        ),
        (
            {
                "msgtype": "miniprogrampage",
                "miniprogrampage": {"title": "我的", "pagepath": "p", "thumb_media_id": "m"},
            },
            "notice",
            "我的",
        ),
    ],
)
def test_messages_are_shown(desk: Desk, body: Json, kind: str, text: str) -> None:
    person = desk.follower()

    assert _send(desk, person, body) == 0

    item = desk.chat(person)[-1]
    assert (item["side"], item["kind"], item["text"]) == ("account", kind, text)
    assert desk.ask("GET", f"/_/exchanges/{item['exchange']}")["title"] == f"POST {SEND}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "poem"}, 40008),
        ({"msgtype": ["text"]}, 40008),
        ({"msgtype": "text", "text": "您好"}, 40008),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "好" * 683}}, 45002),
        ({"msgtype": "image", "image": {}}, 40007),
        ({"msgtype": "link", "link": {"title": "a", "url": "b"}}, 40008),
        ({"msgtype": "news", "news": {"articles": [ARTICLE, ARTICLE]}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{}]}}, 44003),
        ({"msgtype": "msgmenu", "msgmenu": {"list": []}}, 40008),
        ({"msgtype": "msgmenu", "msgmenu": {"list": ["x"]}}, 40008),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1"}]}}, 44004),
    ],
)
def test_what_is_no_message_is_refused_and_costs_nothing(desk: Desk, body: Json, code: int) -> None:
    person = desk.follower()

    assert _send(desk, person, body) == code

    assert [_send(desk, person) for _ in range(4)] == [0, 0, 0, 45047]


def test_an_unknown_openid_is_refused(desk: Desk) -> None:
    body: dict[str, Any] = {"touser": "oNobody", **TEXT}

    assert desk.post(SEND, body)["errcode"] == 40003
