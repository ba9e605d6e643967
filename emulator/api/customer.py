"""Customer-service messages: 发送客服消息, inside the windows that people's deeds open."""

from typing import Any

from emulator.api.call import OK, Answer, ApiError, Call, Endpoint
from emulator.api.subscriptions import receiver_of
from emulator.chat import Kind, Line
from emulator.windows import Closed, Windows

LONGEST_TEXT = 2048  # bytes; the figure long in use, not in today's documentation
Shown = tuple[Kind, str, dict[str, Any]]


def send(call: Call) -> Answer:
    """Send a message to somebody who did something not long ago."""
    body = call.body()
    person = receiver_of(call, body)
    if call.app == "official" and not person.following:
        raise ApiError(43004, "require subscribe")
    if person.refuses_messages:
        raise ApiError(48002, "user refuse to accept the msg")
    kind, text, data = shown(call, body)
    closed = person.windows.get(call.app, Windows()).use(call.now)
    if closed is Closed.NO_WINDOW:
        raise ApiError(45015, "response out of time limit or subscription is canceled")
    if closed is Closed.USED_UP:
        raise ApiError(45047, "out of response count limit")
    line: Line = ("account", kind, text)
    call.world.chat.add(person.id, line, call.now, call.app, data, call.exchange)
    return dict(OK)


def shown(call: Call, body: Answer) -> Shown:
    """Return the message as the phone shows it, or refuse what is no message."""
    kind = body.get("msgtype")
    if not isinstance(kind, str) or kind not in KINDS[call.app]:
        raise ApiError(40008, "invalid message type")
    part = body.get(kind)
    if not isinstance(part, dict):
        raise ApiError(40008, "invalid message type")
    if kind == "text":
        return "notice", _needed(part, "content", 44004), {"channel": "custom"}
    if kind == "msgmenu":
        return _menu(part)
    if kind == "news":
        return _news(part)
    wanted, line, code = MEDIA[kind]
    values = {name: _needed(part, name, code) for name in wanted}
    as_kind: Kind = kind if kind in ("image", "voice") else "notice"  # type: ignore[assignment]
    return as_kind, values.get("title", line), {"channel": "custom", "type": kind, **values}


def _needed(part: Answer, name: str, code: int) -> str:
    value = part.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ApiError(code, f"{name} is empty")
    if len(value.encode()) > LONGEST_TEXT:
        raise ApiError(45002, "content size out of limit")
    return value


def _menu(part: Answer) -> Shown:
    lines = part.get("list")
    if not isinstance(lines, list) or not 1 <= len(lines) <= 50:
        raise ApiError(40008, "invalid message type")
    items = []
    for line in lines:
        if not isinstance(line, dict):
            raise ApiError(40008, "invalid message type")
        items.append({name: _needed(line, name, 44004) for name in ("id", "content")})
    ends = {name: str(part.get(name) or "") for name in ("head_content", "tail_content")}
    spoken = [ends["head_content"], *(item["content"] for item in items), ends["tail_content"]]
    text = "\n".join(line for line in spoken if line)
    return "menu", text, {"channel": "custom", "type": "msgmenu", **ends, "list": items}


def _news(part: Answer) -> Shown:
    articles = part.get("articles")
    if not isinstance(articles, list) or len(articles) != 1 or not isinstance(articles[0], dict):
        raise ApiError(45008, "article size out of limit")
    names = ("title", "description", "url", "picurl")
    article = {name: str(articles[0].get(name) or "") for name in names}
    text = _needed(articles[0], "title", 44003)
    return "notice", text, {"channel": "custom", "type": "news", "articles": [article]}


MEDIA: dict[str, tuple[tuple[str, ...], str, int]] = {
    "image": (("media_id",), "[图片]", 40007),
    "voice": (("media_id",), "[语音]", 40007),
    "video": (("media_id",), "[视频]", 40007),
    "music": (("musicurl", "thumb_media_id"), "[音乐]", 40007),
    "mpnews": (("media_id",), "[图文]", 40007),
    "mpnewsarticle": (("article_id",), "[图文]", 40007),
    "wxcard": (("card_id",), "[卡券]", 40007),
    "link": (("title", "url"), "[链接]", 44004),
    "miniprogrampage": (("title", "pagepath", "thumb_media_id"), "[小程序]", 40007),
}
KINDS = {
    "official": {"text", "news", "msgmenu", *MEDIA} - {"link"},
    "miniprogram": {"text", "image", "link", "miniprogrampage"},
}
CALLS = {"/cgi-bin/message/custom/send": Endpoint("POST", send)}
