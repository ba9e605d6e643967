import pytest

from tests.emulator.conftest import Desk, Json
from tests.emulator.test_deeds import MENU

CREATE = "/cgi-bin/menu/create"
QR = "/cgi-bin/qrcode/create"


def test_a_menu_is_made_shown_and_taken_away(desk: Desk) -> None:
    assert desk.get("/cgi-bin/menu/get")["errcode"] == 46003
    assert desk.ask("GET", "/_/menu") == {"menu": None, "button": []}

    assert desk.post(CREATE, MENU)["errcode"] == 0

    assert desk.get("/cgi-bin/menu/get") == {"menu": MENU}
    assert desk.ask("GET", "/_/menu")["menu"] == MENU
    assert desk.get("/cgi-bin/menu/delete")["errcode"] == 0
    assert desk.get("/cgi-bin/menu/get")["errcode"] == 46003


CLICK = {"name": "活动", "type": "click", "key": "A"}


@pytest.mark.parametrize(
    ("button", "code"),
    [
        (None, 40016),
        ([], 40016),
        ([CLICK] * 4, 40016),
        (["x"], 40016),
        ([CLICK | {"name": "六个汉字太长"}], 40018),
        ([CLICK | {"name": ""}], 40018),
        ([CLICK | {"type": "poem"}], 40017),
        ([CLICK | {"type": 7}], 40017),
        ([CLICK | {"key": "k" * 129}], 40019),
        ([CLICK | {"key": None}], 40019),
        ([{"name": "网", "type": "view"}], 40054),
        ([{"name": "网", "type": "view", "url": "u" * 1025}], 40020),
        ([{"name": "多", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "多", "sub_button": [CLICK | {"name": "长" * 21}]}], 40025),
        ([{"name": "图", "type": "media_id"}], 40055),
    ],
)
def test_a_bad_menu_is_refused_and_the_old_one_stays(desk: Desk, button: object, code: int) -> None:
    desk.post(CREATE, MENU)

    assert desk.post(CREATE, {"button": button})["errcode"] == code

    assert desk.get("/cgi-bin/menu/get") == {"menu": MENU}


def _scene(action: str, **scene: object) -> Json:
    return {"action_name": action, "action_info": {"scene": scene}}


def test_qr_codes_have_a_ticket_and_an_end(desk: Desk) -> None:
    short = desk.post(QR, _scene("QR_SCENE", scene_id=7) | {"expire_seconds": 600})
    lasting = desk.post(QR, _scene("QR_LIMIT_STR_SCENE", scene_str="station-7"))

    assert short["expire_seconds"] == 600
    assert short["ticket"] != lasting["ticket"]
    assert "expire_seconds" not in lasting
    assert lasting["url"].startswith("http://weixin.qq.com/q/")
    person = desk.follower()
    desk.ask("POST", "/_/clock", {"advance_seconds": 86400})
    assert desk.do(person, "scan", {"ticket": lasting["ticket"]})["outcome"] == "silent"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 40053),
        (_scene("QR_POEM", scene_id=1), 40053),
        (_scene("QR_SCENE", scene_id=0), 40053),
        (_scene("QR_SCENE", scene_id=True), 40053),
        (_scene("QR_LIMIT_SCENE", scene_id=100_001), 40053),
        (_scene("QR_STR_SCENE", scene_str=""), 40053),
        (_scene("QR_STR_SCENE", scene_str="x" * 65), 40053),
        (_scene("QR_SCENE", scene_id=1) | {"expire_seconds": 2_592_001}, 40052),
        (_scene("QR_SCENE", scene_id=1) | {"expire_seconds": "60"}, 40052),
    ],
)
def test_a_bad_qr_code_is_refused(desk: Desk, body: Json, code: int) -> None:
    assert desk.post(QR, body)["errcode"] == code


def test_the_account_may_ask_about_its_people(desk: Desk) -> None:
    stranger = desk.person()
    by_number, by_name = desk.person(unionid=False), desk.person()
    desk.do(by_number, "follow", {"scene": "12"})
    desk.do(by_name, "follow", {"scene": "station"})

    told = desk.get("/cgi-bin/user/info", openid=stranger["official_openid"])
    first = desk.get("/cgi-bin/user/info", openid=by_number["official_openid"])
    second = desk.get("/cgi-bin/user/info", openid=by_name["official_openid"])

    assert told == {
        "subscribe": 0,
        "openid": stranger["official_openid"],
        "unionid": stranger["unionid"],
    }
    assert (first["subscribe"], first["qr_scene"], first["qr_scene_str"]) == (1, 12, "")
    assert (second["qr_scene"], second["qr_scene_str"]) == (0, "station")
    assert "unionid" not in first
    assert first["subscribe_time"] == int(desk.clock.now().timestamp())
    assert desk.get("/cgi-bin/user/info", openid="oNobody")["errcode"] == 40003


def test_followers_are_listed_page_by_page(desk: Desk) -> None:
    assert desk.get("/cgi-bin/user/get") == {"total": 0, "count": 0, "next_openid": ""}
    openids = [desk.follower()["official_openid"] for _ in range(3)]

    every = desk.get("/cgi-bin/user/get")
    rest = desk.get("/cgi-bin/user/get", next_openid=openids[0])

    assert every["data"]["openid"] == openids
    assert every["next_openid"] == openids[2]
    assert (rest["total"], rest["count"]) == (3, 2)
    assert desk.get("/cgi-bin/user/get", next_openid="oNobody")["errcode"] == 40003
