"""Pushes as WeChat sends them, signed and sealed beforehand, and what is in the answers."""

import re
import secrets
import time
from collections.abc import Iterable
from itertools import count

from bench import wire
from server.wechat.crypto import Seal

APP_ID = "wxbench0000000001"
TOKEN = "benchbenchbenchbenchbench"
AES_KEY = "benchbenchbenchbenchbenchbenchbenchbenchbeA"
ORIGINAL_ID = "gh_bench00000001"
PATH = "/wechat/official"

ENCRYPT = re.compile(rb"<Encrypt><!\[CDATA\[(.*?)\]\]></Encrypt>", re.DOTALL)
CONTENT = re.compile(r"<Content><!\[CDATA\[(.*?)\]\]></Content>", re.DOTALL)

_seal = Seal(TOKEN, AES_KEY, APP_ID)
# a run may follow another within a second on the same database
_numbers = count(time.time_ns() // 1000)


def openid(number: int) -> str:
    """Return the invented openid of the person with this number."""
    return f"oBench{number:022d}"


def next_msg_id() -> int:
    """Return an id that no message has borne yet."""
    return next(_numbers)


def text(sender: str, words: str, msg_id: int) -> bytes:
    """Return a text message as it lies in the envelope."""
    return (
        f"<xml><ToUserName><![CDATA[{ORIGINAL_ID}]]></ToUserName>"
        f"<FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{words}]]></Content><MsgId>{msg_id}</MsgId></xml>"
    ).encode()


def sealed(letter: bytes, sender: str) -> tuple[str, bytes]:
    """Return the path with its signatures, and the envelope, of a push in secure mode."""
    encrypted = _seal.encrypt(letter)
    timestamp, nonce = str(int(time.time())), secrets.token_hex(5)
    query = (
        f"signature={_seal.sign(timestamp, nonce)}&timestamp={timestamp}&nonce={nonce}"
        f"&openid={sender}&encrypt_type=aes"
        f"&msg_signature={_seal.sign(timestamp, nonce, encrypted)}"
    )
    body = (
        f"<xml><ToUserName><![CDATA[{ORIGINAL_ID}]]></ToUserName>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
    return f"{PATH}?{query}", body.encode()


def requests(port: int, messages: Iterable[tuple[str, str]]) -> list[bytes]:
    """Return new text messages (sender, words), ready for the wire."""
    return [
        wire.post(port, *sealed(text(sender, words, next_msg_id()), sender))
        for sender, words in messages
    ]


def content(body: bytes) -> str:
    """Return the words of an encrypted text reply; "" when it bears none."""
    found = ENCRYPT.search(body)
    if found is None:
        return ""
    said = CONTENT.search(_seal.decrypt(found[1].decode()).decode())
    return said[1] if said else ""
