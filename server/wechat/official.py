from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.settings import WechatApp
from server.wechat.calls import Calls, Clock, Post, message_id, written
from server.wechat.http import Http
from server.wechat.token import TokenKeeper

CUSTOM = "/cgi-bin/message/custom/send"
SUBSCRIPTION = "/cgi-bin/message/subscribe/bizsend"
TEMPLATE = "/cgi-bin/message/template/send"
LONGEST_QR_LIFE = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Follower:
    """What WeChat tells of a person: whether they follow us, and their id across our apps."""

    openid: str = field(repr=False)
    unionid: str | None = field(repr=False)
    following: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Where a tap on a message leads: a page of a mini-program, or else one of the web."""

    url: str = ""
    app_id: str = ""
    page: str = ""

    def body(self, url: str) -> dict[str, Any]:
        """Return it in WeChat's shape, the address of the web under the name `url`."""
        given: dict[str, Any] = {url: self.url} if self.url else {}
        if self.page:
            given["miniprogram"] = {"appid": self.app_id, "pagepath": self.page}
        return given


NOWHERE = Link()


@dataclass(frozen=True, slots=True)
class QrCode:
    """A scene code; `showqrcode?ticket=…` at mp.weixin.qq.com draws it."""

    ticket: str
    url: str


class OfficialAccount:
    """What we ask of WeChat as the official account. Raises `server.wechat.errors` only."""

    def __init__(self, app: WechatApp, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        self.app = app
        self._calls = Calls(http, tokens, clock)

    def text(self, openid: str, text: str) -> Post:
        """Return a customer-service message, ready to be sent."""
        return self._custom(openid, "text", {"content": text})

    def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message; WeChat takes five within 48 h of the person's last."""
        self._calls.make(self.text(openid, text))

    def send_choices(
        self, openid: str, head: str, choices: Sequence[tuple[str, str]], tail: str = ""
    ) -> None:
        """Send a question with answers to tap, as (id, words); a tap comes back as text."""
        items = [{"id": name, "content": words} for name, words in choices]
        menu = {"head_content": head, "list": items, "tail_content": tail}
        self._calls.make(self._custom(openid, "msgmenu", menu))

    def subscription(
        self, openid: str, template_id: str, data: Mapping[str, str], link: Link = NOWHERE
    ) -> Post:
        """Return a message the person has subscribed to, ready to be sent."""
        body = {"touser": openid, "template_id": template_id, "data": written(data)}
        return self._calls.ready(SUBSCRIPTION, body | link.body("page"))

    def send_subscription(
        self, openid: str, template_id: str, data: Mapping[str, str], link: Link = NOWHERE
    ) -> str:
        """Send a message the person has subscribed to; return its id, "" if WeChat gives none."""
        post = self.subscription(openid, template_id, data, link)
        return message_id(self._calls.make(post))

    def template(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        link: Link = NOWHERE,
        client_msg_id: str | None = None,
    ) -> Post:
        """Return a template message, ready to be sent; its outcome follows as an event.

        The same `client_msg_id` to the same person within ten minutes is sent once, so a call
        whose outcome is unknown may be repeated with it.
        """
        body = {"touser": openid, "template_id": template_id, "data": written(data)}
        body |= link.body("url")
        if client_msg_id:
            body["client_msg_id"] = client_msg_id
        return self._calls.ready(TEMPLATE, body)

    def send_template(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        link: Link = NOWHERE,
        client_msg_id: str | None = None,
    ) -> str:
        """Send a template message and return its id."""
        post = self.template(openid, template_id, data, link, client_msg_id)
        return message_id(self._calls.make(post))

    def follower(self, openid: str) -> Follower:
        """Ask who this is; somebody who does not follow us is only an openid."""
        answer = self._calls.get("/cgi-bin/user/info", {"openid": openid, "lang": "zh_CN"})
        union = answer.get("unionid")
        return Follower(
            openid=openid,
            unionid=union if isinstance(union, str) and union else None,
            following=str(answer.get("subscribe", 0)) == "1",
        )

    def media(self, media_id: str, *, most: int, seconds: float) -> bytes:
        """Fetch what somebody sent, which WeChat keeps for three days; at most so many bytes.

        Raises `Oversized` for what is longer, `CallRejected` for what is there no more, and for a
        video, of which WeChat only tells an address, which is not followed.
        """
        asked = {"media_id": media_id}
        return self._calls.download("/cgi-bin/media/get", asked, most=most, seconds=seconds)

    def create_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Put this menu under the chat, in WeChat's own button shapes."""
        self._calls.post("/cgi-bin/menu/create", {"button": list(buttons)})

    def create_qrcode(self, scene: str, seconds: int | None = None) -> QrCode:
        """Make a scene code, for so many seconds (at most 30 days) or for good (100,000 in all)."""
        body: dict[str, Any] = {
            "action_name": "QR_STR_SCENE" if seconds else "QR_LIMIT_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        if seconds:
            body["expire_seconds"] = min(seconds, LONGEST_QR_LIFE)
        answer = self._calls.post("/cgi-bin/qrcode/create", body)
        return QrCode(str(answer.get("ticket", "")), str(answer.get("url", "")))

    def _custom(self, openid: str, kind: str, content: Mapping[str, Any]) -> Post:
        return self._calls.ready(CUSTOM, {"touser": openid, "msgtype": kind, kind: content})
