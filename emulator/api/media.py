"""Media: what somebody sent is fetched by its id; the platform looks at pictures when asked."""

from datetime import timedelta
from functools import partial

from emulator.api.call import OK, Answer, ApiError, Blob, Call, Endpoint
from emulator.messages import Message, Value
from emulator.people import Person
from emulator.wire import Silent, Wire
from emulator.world import World

VISITED_WITHIN = timedelta(hours=2)
SECONDS = 5.0
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
NOT_DOWNLOADED = -1008
LABELS = {"pass": 100, "review": 21000, "risky": 20002}
SENDER = "ot-emulated-platform"
"""Such events name nobody who follows the account."""


def get_media(call: Call) -> Blob:
    """Return what somebody sent, called a JPEG whatever it is; 40007 when it is not there."""
    media_id = call.query.get("media_id", "")
    content = call.world.media.get(media_id, call.now)
    if content is None:
        raise ApiError(40007, "invalid media_id")
    return Blob(content, "image/jpeg", f"{media_id[:16]}.jpg")


def check_media(call: Call) -> Answer:
    """Take a picture to be looked at; what is thought of it follows as an event."""
    body = call.body()
    url, openid = body.get("media_url"), body.get("openid")
    if body.get("media_type") != 2 or body.get("version") != 2 or body.get("scene") not in range(5):
        raise ApiError(40004, "invalid media type")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise ApiError(40097, "invalid args")
    person = call.world.people.known_as("miniprogram", openid)
    if person is None:
        raise ApiError(40003, "invalid openid")
    if not _visited(person, call):
        raise ApiError(61010, "code is expired")
    trace_id = call.world.ids.rid()
    call.later.append(partial(_looked, call.world, url, trace_id))
    return {**OK, "trace_id": trace_id}


def _visited(person: Person, call: Call) -> bool:
    return person.last_visit is not None and call.now - person.last_visit < VISITED_WITHIN


def _looked(world: World, url: str, trace_id: str, wire: Wire) -> Message:
    """Fetch the picture and say what is thought of it."""
    try:
        answer = wire.send("GET", url, {}, b"", SECONDS)
        come = answer.status == 200 and answer.body.startswith(PICTURES)
    except Silent:
        come = False
    with world.lock:
        verdict, app = world.knobs.picture_verdict, world.settings.miniprogram
        told: dict[str, Value] = {
            "ToUserName": app.original_id,
            "FromUserName": SENDER,
            "CreateTime": int(world.clock.now().timestamp()),
            "MsgType": "event",
            "Event": "wxa_media_check",
            "appid": app.app_id,
            "trace_id": trace_id,
            "version": 2,
            "errcode": 0 if come else NOT_DOWNLOADED,
            "errmsg": "ok" if come else "download failed",
        }
    if come:
        told["result"] = {"suggest": verdict, "label": LABELS[verdict]}
    return Message("miniprogram", SENDER, "内容检测结果", told)


CALLS = {
    "/cgi-bin/media/get": Endpoint("GET", get_media),
    "/wxa/media_check_async": Endpoint("POST", check_media, ("miniprogram",)),
}
