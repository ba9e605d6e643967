"""A scripted service for the emulator to talk to, sealing with wechatpy's own cryptography."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import xmltodict
from flask import Flask, Response, request
from wechatpy.crypto import WeChatCrypto

from emulator.settings import Account

Answer = Callable[["Push"], Any]


@dataclass
class Push:
    """One push as it arrived; `text` is decrypted, `fields` are read from XML."""

    account: str
    query: dict[str, str]
    body: bytes
    content_type: str
    text: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        return xmltodict.parse(self.text)["xml"]


@dataclass
class Service:
    """Remembers what came and answers as the test has told it."""

    accounts: dict[str, Account] = field(default_factory=dict)
    pushes: list[Push] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    answer: Answer = lambda push: "success"
    rest: Callable[[dict[str, Any]], Any] = lambda call: {"echo": call["body"]}
    logins: int = 0
    together: threading.Barrier | None = None
    refusal: tuple[dict[str, Any], int] | None = None
    free: threading.Event = field(default_factory=threading.Event)

    def app(self) -> Flask:
        app = Flask("counterpart")
        app.add_url_rule("/wechat/<account>", view_func=self.take, methods=["GET", "POST"])
        app.add_url_rule("/api/v1/login", view_func=self.login, methods=["POST"])
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        app.add_url_rule("/api/v1/<path:path>", view_func=self.call, methods=methods)
        return app

    def take(self, account: str) -> Any:
        if request.method == "GET":
            return self.answer(Push(account, request.args.to_dict(), b"", ""))
        query, body = request.args.to_dict(), request.get_data()
        push = Push(account, query, body, request.content_type or "", body.decode())
        if "msg_signature" in query and push.content_type == "text/xml":
            push.text = self.open(push)
        self.pushes.append(push)
        return self.answer(push)

    def open(self, push: Push) -> str:
        try:
            signed = (push.query["msg_signature"], push.query["timestamp"], push.query["nonce"])
            return str(self.crypto(push.account).decrypt_message(push.body, *signed))
        except Exception as error:  # noqa: BLE001  whatever it is, the test reads it
            return f"refused: {type(error).__name__}"

    def crypto(self, account: str) -> WeChatCrypto:
        own = self.accounts[account]
        return WeChatCrypto(own.token, own.aes_key, own.app_id)

    def seal(self, push: Push, xml: str) -> str:
        """Seal a reply."""
        nonce, timestamp = push.query["nonce"], push.query["timestamp"]
        return str(self.crypto(push.account).encrypt_message(xml, nonce, timestamp))

    def say(self, content: str) -> None:
        """Answer every push with this text from now on."""
        self.answer = lambda push: self.seal(push, reply(push, content))

    def login(self) -> Any:
        if self.together is not None:
            self.together.wait()
        self.logins += 1
        self.calls.append({"path": "/api/v1/login", "body": request.get_json()})
        return self.refusal or {"token": f"bearer-{self.logins}"}

    def call(self, path: str) -> Any:
        call = {
            "method": request.method,
            "path": request.full_path.rstrip("?"),
            "headers": dict(request.headers),
            "body": request.get_json(silent=True),
        }
        self.calls.append(call)
        return self.rest(call)

    def hang(self, push: Push) -> Response:
        """Answer when the test ends."""
        self.free.wait(30)
        return Response("late")


def reply(push: Push, content: str, kind: str = "text", inside: str = "", **head: str) -> str:
    """Spell a reply to a push."""
    fields = push.fields
    names = {
        "ToUserName": fields["FromUserName"],
        "FromUserName": fields["ToUserName"],
        "CreateTime": "1767225600",
        "MsgType": kind,
    } | head
    elements = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in names.items())
    inside = inside or f"<Content><![CDATA[{content}]]></Content>"
    return f"<xml>{elements}{inside}</xml>"
