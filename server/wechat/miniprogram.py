import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from config.settings import WechatApp
from server.wechat.answers import Json
from server.wechat.calls import Calls, Clock, Post, message_id, written
from server.wechat.errors import CallRejected, Transient
from server.wechat.http import Http
from server.wechat.messages import OPENID
from server.wechat.token import TokenKeeper

LOGIN = "/sns/jscode2session"
PHONE = "/wxa/business/getuserphonenumber"
SUBSCRIPTION = "/cgi-bin/message/subscribe/send"
CUSTOM = "/cgi-bin/message/custom/send"
EMPLOYEE = "/cgi-bin/message/wxopen/employeerelationmsg/send"

MEDIA_CHECK = "/wxa/media_check_async"

BAD_CODE = 40029
TRACE_ID = re.compile(r"[!-~]{1,64}")
CODE = re.compile(r"[!-~]{1,512}")
PHONE_NUMBER = re.compile(r"\+?[0-9]{5,20}")
CHINA = "86"

State = Literal["developer", "trial", "formal"]


@dataclass(frozen=True, slots=True)
class LoginSession:
    """Who logged in. The session key never leaves the server."""

    openid: str = field(repr=False)
    unionid: str | None = field(repr=False)
    session_key: str = field(repr=False)


class MiniProgram:
    """What we ask of WeChat as the mini-program. Raises `server.wechat.errors` only.

    `state` is the edition of the mini-program that a tapped message opens.
    """

    def __init__(
        self, app: WechatApp, http: Http, tokens: TokenKeeper, clock: Clock, state: State = "formal"
    ) -> None:
        self.app = app
        self._http = http
        self._calls = Calls(http, tokens, clock)
        self._state = state

    def session_of(self, code: str) -> LoginSession:
        """Return who holds the code of `wx.login`; it serves once, within five minutes.

        A used, old or invented code is `CallRejected` with `login_again`.
        """
        _check(code)
        query = {
            "appid": self.app.app_id,
            "secret": self.app.secret.get_secret_value(),
            "js_code": code,
            "grant_type": "authorization_code",
        }
        answer = self._http.get(LOGIN, query)
        openid, key, union = (answer.get(name) for name in ("openid", "session_key", "unionid"))
        if not isinstance(openid, str) or not OPENID.fullmatch(openid):
            raise Transient(None, f"{LOGIN}: no openid in the answer")
        known = isinstance(union, str) and OPENID.fullmatch(union)
        return LoginSession(openid, str(union) if known else None, str(key or ""))

    def phone_of(self, code: str) -> str:
        """Return the phone number behind the code of the phone button (not that of `wx.login`).

        Chinese numbers bare, others with their country code. The code serves once.
        """
        _check(code)
        info = self._calls.post(PHONE, {"code": code}).get("phone_info")
        number = _number(info) if isinstance(info, dict) else ""
        if not PHONE_NUMBER.fullmatch(number):
            raise Transient(None, f"{PHONE}: no number in the answer")
        return number

    def subscription(
        self, openid: str, template_id: str, data: Mapping[str, str], page: str | None = None
    ) -> Post:
        """Return a message the person has subscribed to, ready to be sent."""
        body = {
            "touser": openid,
            "template_id": template_id,
            "data": written(data),
            "miniprogram_state": self._state,
            "lang": "zh_CN",
        }
        return self._calls.ready(SUBSCRIPTION, body | ({"page": page} if page else {}))

    def send_subscription(
        self, openid: str, template_id: str, data: Mapping[str, str], page: str | None = None
    ) -> str:
        """Send a message the person has subscribed to; return its id, "" if WeChat gives none."""
        post = self.subscription(openid, template_id, data, page)
        return message_id(self._calls.make(post))

    def to_employee(
        self, openid: str, template_id: str, data: Mapping[str, str], page: str
    ) -> Post:
        """Return a message to somebody whose 用工关系 with us is bound, ready to be sent.

        WeChat wants the data as a text of JSON here (推送用工消息), and a page; it gives no id.
        """
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "data": json.dumps({"data": written(data)}, ensure_ascii=False),
        }
        return self._calls.ready(EMPLOYEE, body)

    def send_to_employee(
        self, openid: str, template_id: str, data: Mapping[str, str], page: str
    ) -> None:
        """Send a message to somebody of staff who is bound and allows this template."""
        self._calls.make(self.to_employee(openid, template_id, data, page))

    def check_picture(self, url: str, openid: str) -> str:
        """Have WeChat look at a picture that it fetches from the address, and return by what id.

        It tells what it thinks within 30 minutes, as an event (`wxa_media_check`). The openid must
        have used the mini-program within two hours, else `CallRejected` (61010).
        """
        body = {"media_url": url, "media_type": 2, "version": 2, "scene": 3, "openid": openid}
        trace_id = self._calls.post(MEDIA_CHECK, body).get("trace_id")
        if not isinstance(trace_id, str) or not TRACE_ID.fullmatch(trace_id):
            raise Transient(None, f"{MEDIA_CHECK}: no trace_id in the answer")
        return trace_id

    def text(self, openid: str, text: str) -> Post:
        """Return a customer-service message for the mini-program's chat, ready to be sent."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        return self._calls.ready(CUSTOM, body)

    def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message into the mini-program's chat."""
        self._calls.make(self.text(openid, text))


def _check(code: str) -> None:
    if not CODE.fullmatch(code):
        raise CallRejected(BAD_CODE, "not a code")


def _number(info: Json) -> str:
    """Read the number; the country code is a text today and was a number in older answers."""
    if str(info.get("countryCode", CHINA)) == CHINA:
        return str(info.get("purePhoneNumber") or info.get("phoneNumber") or "")
    return str(info.get("phoneNumber") or "")
