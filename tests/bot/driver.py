"""A phone for the tests: it speaks to the real app, signed and encrypted as WeChat does."""

import secrets
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from config.settings import Settings, WechatApp
from server.wechat.crypto import Seal
from tests.clock import Clock

_message_ids = count(24_000_000_000_000_000)


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP; `text` is what the person reads."""

    status: int
    text: str
    body: str


def seal_of(app: WechatApp) -> Seal:
    return Seal(app.token.get_secret_value(), app.aes_key.get_secret_value(), app.app_id)


def xml_of(fields: Mapping[str, Any]) -> str:
    """Write fields as WeChat does; a value is taken as it is, the test minds its CDATA."""
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>"


@dataclass
class Line:
    """The wire between WeChat and one of our callbacks."""

    client: FlaskClient
    app: WechatApp
    clock: Clock
    path: str = "/wechat/official"

    def push(self, letter: str | bytes, **changes: str) -> Answer:
        """Deliver a letter encrypted and signed; `changes` replace parts of the query."""
        plain = letter.encode() if isinstance(letter, str) else letter
        encrypted = seal_of(self.app).encrypt(plain)
        return self.deliver(self.envelope(encrypted), self.query(encrypted) | changes)

    def envelope(self, encrypted: str) -> bytes:
        return xml_of({"ToUserName": self.app.original_id, "Encrypt": encrypted}).encode()

    def query(self, *parts: str, at: datetime | None = None) -> dict[str, str]:
        """Return a fresh signed query; without parts it is that of the address check."""
        timestamp, nonce = str(int((at or self.clock.now()).timestamp())), secrets.token_hex(5)
        seal = seal_of(self.app)
        query = {"timestamp": timestamp, "nonce": nonce, "openid": "o-whoever"}
        query["signature"] = seal.sign(timestamp, nonce)
        if parts:
            query |= {
                "encrypt_type": "aes",
                "msg_signature": seal.sign(timestamp, nonce, *parts),
            }
        return query

    def deliver(self, body: bytes, query: Mapping[str, str], **more: Any) -> Answer:
        response = self.client.post(self.path, query_string=query, data=body, **more)
        shown = response.get_data(as_text=True)
        return Answer(response.status_code, self._read(shown), shown)

    def _read(self, shown: str) -> str:
        """Open a reply as WeChat would: check its signature, decrypt it, take out the words."""
        if not shown.startswith("<xml>"):
            return ""
        outer = {leaf.tag: leaf.text or "" for leaf in ET.fromstring(shown)}
        seal = seal_of(self.app)
        seal.verify(outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
        inner = ET.fromstring(seal.decrypt(outer["Encrypt"]).decode())
        assert inner.findtext("MsgType") == "text"
        assert inner.findtext("FromUserName") == self.app.original_id
        return inner.findtext("Content") or ""


@dataclass
class Phone:
    """Somebody with the official account open."""

    line: Line
    openid: str = field(default_factory=lambda: "o" + secrets.token_urlsafe(20)[:27])

    def says(self, text: str) -> str:
        """Send a text and return what comes back."""
        return self.sends(self.letter("text", Content=text)).text

    def sends(self, letter: str) -> Answer:
        """Deliver a letter; it must be acknowledged."""
        answer = self.line.push(letter)
        assert answer.status == 200, answer
        return answer

    def letter(self, kind: str, at: datetime | None = None, **fields: Any) -> str:
        """Write a message of this kind, with an id of its own."""
        return xml_of(self._head(kind, at) | fields | {"MsgId": next(_message_ids)})

    def event(self, name: str, at: datetime | None = None, **fields: Any) -> str:
        """Write an event of this name."""
        return xml_of(self._head("event", at) | {"Event": name} | fields)

    def follows(self, at: datetime | None = None) -> str:
        """Follow the official account and return the welcome."""
        return self.sends(self.event("subscribe", at, EventKey="")).text

    def leaves(self, at: datetime | None = None) -> str:
        """Stop following."""
        return self.sends(self.event("unsubscribe", at, EventKey="")).text

    def _head(self, kind: str, at: datetime | None) -> dict[str, Any]:
        return {
            "ToUserName": self.line.app.original_id,
            "FromUserName": self.openid,
            "CreateTime": int((at or self.line.clock.now()).timestamp()),
            "MsgType": kind,
        }


def line_of(app: Flask, settings: Settings, clock: Clock) -> Line:
    return Line(app.test_client(), settings.official, clock)
