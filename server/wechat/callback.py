"""The gate through which WeChat's pushes come in."""

import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

from config.settings import WechatApp
from server.wechat import strict_json, xml
from server.wechat.crypto import Rejected, Seal
from server.wechat.messages import Incoming, Unclear, Unusable, incoming
from server.wechat.xml import Fields, Malformed

MAX_BODY = 64 * 1024
MAX_ECHO = 512
# WeChat names no window; ten minutes cover its three tries and clocks that differ
FRESH_SECONDS = 600

TIMESTAMP = re.compile(r"[0-9]{10}")
NONCE = re.compile(r"[A-Za-z0-9._~-]{1,64}")
SIGNATURE = re.compile(r"[0-9a-f]{40}")

Query = Mapping[str, str]


class Gate:
    """Lets in what WeChat has signed for one of our apps, and nothing else.

    `name` is "official" or "miniprogram". Everything else is `Rejected`, without a reason.
    An app without token or key lets nothing in.
    """

    def __init__(
        self,
        app: WechatApp,
        name: Literal["official", "miniprogram"],
        environment: Literal["development", "production"],
    ) -> None:
        self._name = name
        self._original_id = app.original_id
        self._mode = app.callback_mode if environment == "development" else "secure"
        self._speaks_json = name == "miniprogram"
        token, key = app.token.get_secret_value(), app.aes_key.get_secret_value()
        self._open = bool(token and app.app_id and (key or self._mode == "plain"))
        self._seal = Seal(token, key, app.app_id, app.previous_aes_key.get_secret_value())

    def greet(self, query: Query, now: datetime) -> str:
        """Answer WeChat's check of our address: return its `echostr` unchanged."""
        timestamp, nonce = self._fresh(query, now)
        self._seal.verify(_shaped(SIGNATURE, query, "signature"), timestamp, nonce)
        echo = query.get("echostr", "")
        if not echo or len(echo) > MAX_ECHO or not echo.isprintable():
            raise Rejected
        return echo

    def read(self, query: Query, body: bytes, now: datetime) -> Incoming:
        """Return the message in a push, or raise `Rejected` or `Unusable`.

        The signature is verified before anything is decrypted, and the message inside is parsed
        only after that. Where plaintext stands beside the sealed letter, only the letter counts.
        """
        timestamp, nonce = self._fresh(query, now)
        if len(body) > MAX_BODY:
            raise Rejected
        kind = query.get("encrypt_type", "raw")
        if kind == "aes":
            return self._message(self._opened(query, body, timestamp, nonce), encrypted=True)
        if kind != "raw" or self._mode != "plain":
            raise Rejected
        self._seal.verify(_shaped(SIGNATURE, query, "signature"), timestamp, nonce)
        return self._message(body, encrypted=False)

    def seal(self, reply: str, nonce: str, now: datetime) -> str:
        """Return the XML envelope around a reply to an encrypted push, signed for this moment."""
        encrypted, timestamp = self._seal.encrypt(reply.encode()), str(int(now.timestamp()))
        signature = self._seal.sign(timestamp, nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _fresh(self, query: Query, now: datetime) -> tuple[str, str]:
        """Return timestamp and nonce; their shapes are fixed because the signature joins them."""
        timestamp, nonce = _shaped(TIMESTAMP, query, "timestamp"), _shaped(NONCE, query, "nonce")
        age = abs(now.astimezone(UTC).timestamp() - int(timestamp))
        if not self._open or age > FRESH_SECONDS:
            raise Rejected
        return timestamp, nonce

    def _opened(self, query: Query, body: bytes, timestamp: str, nonce: str) -> bytes:
        signature = _shaped(SIGNATURE, query, "msg_signature")
        try:
            envelope = self._format(body)(body)
        except Malformed:
            raise Rejected from None
        encrypted = envelope.get("Encrypt")
        if not isinstance(encrypted, str) or self._has_plaintext(envelope):
            raise Rejected
        self._seal.verify(signature, timestamp, nonce, encrypted)
        return self._seal.decrypt(encrypted)

    def _has_plaintext(self, envelope: Fields) -> bool:
        """Tell whether a message stands openly beside the letter, as compatible mode sends it."""
        return self._mode == "secure" and not envelope.keys().isdisjoint(
            ("FromUserName", "MsgType", "Content", "Event")
        )

    def _message(self, body: bytes, *, encrypted: bool) -> Incoming:
        fields: Fields = {}
        try:
            fields = self._format(body)(body)
            self._address(fields)
            return incoming(self._name, fields, encrypted=encrypted)
        except (Malformed, Unclear) as flaw:
            if not encrypted and isinstance(flaw, Malformed):
                raise Rejected from None  # no signature covers an open body
            who, kind = _readable(fields, "FromUserName", 64), _readable(fields, "MsgType", 40)
            raise Unusable(str(flaw), self._name, body, who, kind) from None

    def _address(self, fields: Fields) -> None:
        """Raise `Rejected` if the message is meant for another account than ours."""
        to = fields.get("ToUserName")
        if not to or not isinstance(to, str):
            raise Unclear("ToUserName")
        if not hmac.compare_digest(to.encode(), self._original_id.encode()):
            raise Rejected

    def _format(self, body: bytes) -> Callable[[bytes], Fields]:
        is_json = self._speaks_json and body.lstrip()[:1] == b"{"
        return strict_json.parse if is_json else xml.parse


def _shaped(pattern: re.Pattern[str], query: Query, name: str) -> str:
    value = query.get(name, "")
    if not pattern.fullmatch(value):
        raise Rejected
    return value


def _readable(fields: Fields, name: str, longest: int) -> str:
    value = fields.get(name)
    return value[:longest] if isinstance(value, str) else ""
