import pytest

from tests.emulator.conftest import Desk, Json
from tests.emulator.counterpart import Service

MENU = {
    "button": [
        {"name": "活动", "type": "click", "key": "ACTIVITIES"},
        {
            "name": "更多",
            "sub_button": [
                {"name": "网站", "type": "view", "url": "https://example.cn/a"},
                {"name": "扫码", "type": "scancode_waitmsg", "key": "SCAN"},
                {
                    "name": "小程序",
                    "type": "miniprogram",
                    "url": "https://example.cn",
                    "appid": "wx1",
                    "pagepath": "pages/index",
                },
            ],
        },
    ]
}


def _event(service: Service) -> tuple[str, str | None]:
    fields = service.pushes[-1].fields
    return fields["Event"], fields.get("EventKey")


def test_following_and_leaving_are_told(desk: Desk, service: Service) -> None:
    person = desk.person()

    desk.do(person, "follow")
    assert _event(service) == ("subscribe", None)
    assert desk.ask("GET", "/_/people")["items"][0]["following"] is True

    desk.do(person, "unfollow")
    assert _event(service) == ("unsubscribe", None)
    assert desk.ask("GET", f"/_/people/{person['id']}")["following"] is False


def test_who_follows_by_a_code_tells_its_scene(desk: Desk, service: Service) -> None:
    desk.do(desk.person(), "follow", {"scene": "station-7"})

    assert _event(service) == ("subscribe", "qrscene_station-7")
    assert service.pushes[-1].fields["Ticket"]


def test_a_scan_follows_first_and_is_a_scan_afterwards(desk: Desk, service: Service) -> None:
    person = desk.person()

    desk.do(person, "scan", {"scene": "12"})
    assert _event(service) == ("subscribe", "qrscene_12")
    desk.do(person, "scan", {"scene": "12"})
    assert _event(service) == ("SCAN", "12")


def test_the_codes_that_the_account_makes_can_be_scanned(desk: Desk, service: Service) -> None:
    scene = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "a-1"}}}
    ticket = desk.post("/cgi-bin/qrcode/create", scene)["ticket"]
    person = desk.follower()

    desk.do(person, "scan", {"ticket": ticket})

    assert _event(service) == ("SCAN", "a-1")
    desk.ask("POST", "/_/clock", {"advance_seconds": 60})
    desk.do(person, "scan", {"ticket": ticket}, status=409)
    desk.do(person, "scan", status=409)


@pytest.mark.parametrize("deed", ["text", "voice", "image", "location", "menu", "unfollow"])
def test_who_does_not_follow_cannot_chat(desk: Desk, deed: str) -> None:
    bodies = {
        "text": {"content": "你好"},
        "location": {"lat": 37.8, "lng": 112.5},
        "menu": {"key": "A"},
    }

    answer = desk.do(desk.person(), deed, bodies.get(deed), status=409)

    assert answer == {"message": "还没有关注公众号，请先关注"}


def test_who_follows_cannot_follow_again(desk: Desk) -> None:
    desk.do(desk.follower(), "follow", status=409)


def test_messages_have_their_fields(desk: Desk, service: Service) -> None:
    person = desk.follower()

    desk.do(person, "voice", {"recognition": "报名一"})
    desk.do(person, "voice")
    desk.do(person, "image", {"pic_url": "http://127.0.0.1/page/a.jpg"})
    desk.do(person, "location", {"lat": 37.857, "lng": 112.58, "label": "文庙驿站"})
    desk.do(person, "text", {"content": "选一", "bizmsgmenuid": "m1"})

    voice, _, image, location, text = [push.fields for push in service.pushes[1:]]
    assert (voice["MsgType"], voice["Recognition"], voice["Format"]) == ("voice", "报名一", "amr")
    assert image["PicUrl"] == "http://127.0.0.1/page/a.jpg"
    assert (location["Location_X"], location["Location_Y"]) == ("37.857000", "112.580000")
    assert (location["Label"], location["Scale"]) == ("文庙驿站", "15")
    assert (text["Content"], text["bizmsgmenuid"]) == ("选一", "m1")
    ids = [push.fields["MsgId"] for push in service.pushes[1:]]
    assert len(set(ids)) == 5
    shown = [(item["kind"], item["text"]) for item in desk.chat(person)[1:]]
    assert shown[0] == ("voice", "报名一")
    assert shown[1] == ("voice", "[语音]")
    assert shown[3] == ("location", "文庙驿站")


def test_menu_buttons_send_what_they_are(desk: Desk, service: Service) -> None:
    assert desk.post("/cgi-bin/menu/create", MENU)["errcode"] == 0
    person = desk.follower()
    keys = ("ACTIVITIES", "https://example.cn/a", "SCAN", "pages/index", "GONE")

    events = []
    for key in keys:
        desk.do(person, "menu", {"key": key})
        events.append(_event(service))

    names = ("CLICK", "VIEW", "scancode_waitmsg", "view_miniprogram", "CLICK")
    assert events == list(zip(names, keys, strict=True))
    assert desk.chat(person)[1]["text"] == "点击菜单：活动"


def test_a_reply_to_somebody_who_has_left_is_not_seen(desk: Desk, service: Service) -> None:
    person = desk.follower()
    service.say("再见")

    step = desk.do(person, "unfollow")

    assert step["outcome"] == "reply"
    assert [item["side"] for item in desk.chat(person)] == ["me", "me"]


def test_people_have_names_for_each_application(desk: Desk) -> None:
    first = desk.person(phone="13900000000", large_text=True)
    second = desk.person(unionid=False)

    assert first["official_openid"] != first["miniprogram_openid"]
    assert len(first["official_openid"]) == 28
    assert first["unionid"]
    assert (first["phone"], first["large_text"]) == ("13900000000", True)
    assert (second["unionid"], second["phone"]) == (None, "13800000002")


def test_people_may_change(desk: Desk) -> None:
    person = desk.person()

    changed = desk.ask("PATCH", f"/_/people/{person['id']}", {"name": "周建国", "risky": True})

    assert (changed["name"], changed["risky"]) == ("周建国", True)


def test_the_chat_goes_on_from_a_line(desk: Desk) -> None:
    person = desk.follower()
    seen = desk.chat(person)[-1]["seq"]
    desk.do(person, "text", {"content": "再来"})

    path = f"/_/people/{person['id']}/chat?after={seen}"
    items: list[Json] = desk.ask("GET", path)["items"]

    assert [item["text"] for item in items] == ["再来"]
