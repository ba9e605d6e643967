"""The account's menu, QR codes and followers."""

from urllib.parse import quote

from emulator.api.call import OK, Answer, ApiError, Call, Endpoint
from emulator.menus import BadMenu
from emulator.people import Person
from emulator.qrcodes import DEFAULT, LONGEST, QrCode

FOLLOWERS_A_PAGE = 10_000


def create_menu(call: Call) -> Answer:
    """Put a new menu in the place of the old."""
    try:
        call.world.menu.create(call.body().get("button"))
    except BadMenu as flaw:
        raise ApiError(flaw.code, str(flaw)) from None
    return dict(OK)


def get_menu(call: Call) -> Answer:
    """Return the menu; 46003 when there is none."""
    if not call.world.menu.buttons:
        raise ApiError(46003, "menu no exist")
    return {"menu": {"button": call.world.menu.buttons}}


def delete_menu(call: Call) -> Answer:
    """Take the menu away."""
    call.world.menu.delete()
    return dict(OK)


def create_qrcode(call: Call) -> Answer:
    """Make a QR code with a scene, for a while or for good."""
    body = call.body()
    action = body.get("action_name")
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict) or not isinstance(action, str) or action not in ACTIONS:
        raise ApiError(40053, "invalid action info")
    numbered, lasting = ACTIONS[action]
    text = _number(scene, 100_000 if lasting else 2**32 - 1) if numbered else _string(scene)
    seconds = None if lasting else _seconds(body)
    code = call.world.qrcodes.make(text, call.now, seconds)
    return _show(code) | ({} if seconds is None else {"expire_seconds": seconds})


def _show(code: QrCode) -> Answer:
    return {"ticket": code.ticket, "url": f"http://weixin.qq.com/q/{quote(code.ticket[:22])}"}


def _number(scene: Answer, most: int) -> str:
    number = scene.get("scene_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise ApiError(40053, "invalid scene_id")
    return str(number)


def _string(scene: Answer) -> str:
    text = scene.get("scene_str")
    if not isinstance(text, str) or not 1 <= len(text) <= 64:
        raise ApiError(40053, "invalid scene_str")
    return text


def _seconds(body: Answer) -> int:
    seconds = body.get("expire_seconds", DEFAULT)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 1 <= seconds <= LONGEST:
        raise ApiError(40052, "invalid expire_seconds")
    return seconds


def user_info(call: Call) -> Answer:
    """Tell about one person; little when the person does not follow."""
    person = call.world.people.known_as("official", call.query.get("openid"))
    if person is None:
        raise ApiError(40003, "invalid openid")
    union = {"unionid": person.unionid} if person.unionid else {}
    if not person.following or person.followed_at is None:
        return {"subscribe": 0, "openid": person.official_openid, **union}
    return _follower(person, int(person.followed_at.timestamp())) | union


def _follower(person: Person, followed_at: int) -> Answer:
    return {
        "subscribe": 1,
        "openid": person.official_openid,
        "language": "zh_CN",
        "subscribe_time": followed_at,
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if person.scene else "ADD_SCENE_SEARCH",
        "qr_scene": int(person.scene) if _is_number(person.scene) else 0,
        "qr_scene_str": "" if _is_number(person.scene) else person.scene,
    }


def _is_number(scene: str) -> bool:
    return scene.isascii() and scene.isdigit() and len(scene) <= 10


def user_get(call: Call) -> Answer:
    """List the followers' openids, ten thousand a page."""
    followers = [each.official_openid for each in call.world.people.all() if each.following]
    begin = 0
    after = call.query.get("next_openid", "")
    if after:
        if after not in followers:
            raise ApiError(40003, "invalid openid")
        begin = followers.index(after) + 1
    part = followers[begin : begin + FOLLOWERS_A_PAGE]
    shown: Answer = {"total": len(followers), "count": len(part)}
    if part:
        shown["data"] = {"openid": part}
    return {**shown, "next_openid": part[-1] if part else ""}


ACTIONS = {
    "QR_SCENE": (True, False),
    "QR_STR_SCENE": (False, False),
    "QR_LIMIT_SCENE": (True, True),
    "QR_LIMIT_STR_SCENE": (False, True),
}
CALLS = {
    "/cgi-bin/menu/create": Endpoint("POST", create_menu, ("official",)),
    "/cgi-bin/menu/get": Endpoint("GET", get_menu, ("official",)),
    "/cgi-bin/menu/delete": Endpoint("GET", delete_menu, ("official",)),
    "/cgi-bin/qrcode/create": Endpoint("POST", create_qrcode, ("official",)),
    "/cgi-bin/user/info": Endpoint("GET", user_info, ("official",)),
    "/cgi-bin/user/get": Endpoint("GET", user_get, ("official",)),
}
