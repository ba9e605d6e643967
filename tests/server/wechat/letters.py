"""Letters as WeChat writes them, for the tests of the gate."""

from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from config.settings import WechatApp
from server.wechat.crypto import Seal

TOKEN = "YingzeSWD2026token"
KEY = "kZ3vQ9mT7xR1yB5nW8cL2dF6gH0jP4sA1uE3iO5tY7q"
OLD_KEY = "oldkeyoldkeyoldkeyoldkeyoldkeyoldkeyoldkeyA"
APP_ID = "wx5a1b2c3d4e5f6a7b"
OUR_NAME = "gh_0a1b2c3d4e5f"
OPENID = "oYZ_volunteer_0000000000001A"
NONCE = "1372623149"
SENT_AT = 1767225600
NOW = datetime.fromtimestamp(SENT_AT + 1, UTC)


def an_app(**knobs: Any) -> WechatApp:
    """Return one of our apps."""
    given = {
        "app_id": APP_ID,
        "secret": SecretStr("canary-app-secret"),
        "token": SecretStr(TOKEN),
        "aes_key": SecretStr(KEY),
        "original_id": OUR_NAME,
    }
    return WechatApp(**(given | knobs))


def a_seal(key: str = KEY, app_id: str = APP_ID) -> Seal:
    return Seal(TOKEN, key, app_id)


def xml_of(**fields: str) -> str:
    """Return a message; values are given as they stand in the element."""
    head = {
        "ToUserName": f"<![CDATA[{OUR_NAME}]]>",
        "FromUserName": f"<![CDATA[{OPENID}]]>",
        "CreateTime": str(SENT_AT),
    }
    parts = (f"<{name}>{value}</{name}>" for name, value in (head | fields).items() if value)
    return f"<xml>{''.join(parts)}</xml>"


def a_text(content: str = "活动", **fields: str) -> str:
    given = {"MsgType": "text", "Content": f"<![CDATA[{content}]]>", "MsgId": "24012345678901234"}
    return xml_of(**(given | fields))


def an_event(name: str, **fields: str) -> str:
    return xml_of(MsgType="event", Event=name, **fields)


def signed(encrypted: str, seal: Seal | None = None, at: datetime = NOW) -> dict[str, str]:
    """Return the query of a push in secure mode."""
    seal, timestamp = seal or a_seal(), str(int(at.timestamp()))
    return {
        "signature": seal.sign(timestamp, NONCE),
        "msg_signature": seal.sign(timestamp, NONCE, encrypted),
        "timestamp": timestamp,
        "nonce": NONCE,
        "openid": OPENID,
        "encrypt_type": "aes",
    }


def sealed(message: str | bytes, seal: Seal | None = None) -> tuple[dict[str, str], bytes]:
    """Return query and body of a push in secure mode."""
    plain = message.encode() if isinstance(message, str) else message
    encrypted = (seal or a_seal()).encrypt(plain)
    return signed(encrypted, seal), envelope(encrypted)


def envelope(encrypted: str, more: str = "") -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{OUR_NAME}]]></ToUserName>{more}"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()
