"""The seal and the words of a push, read the lean way: no XML parser, one AES object a message."""

import base64
import hashlib
import hmac
import os
import struct
import time
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bench.letters import AES_KEY, APP_ID, TOKEN

_KEY = base64.b64decode(AES_KEY + "=")
_CIPHER = Cipher(AES256(_KEY), CBC(_KEY[:16]))


@dataclass(frozen=True, slots=True)
class Message:
    """A text message; all of it as sent."""

    sender: str
    to: str
    words: str
    msg_id: str


def opened(body: bytes, signature: str, timestamp: str, nonce: str) -> Message | None:
    """Return the message in the envelope, or None when the signature is not WeChat's."""
    encrypted = _between(body, b"<Encrypt><![CDATA[", b"]]>")
    if not hmac.compare_digest(_sign(timestamp, nonce, encrypted.decode()), signature):
        return None
    opener = _CIPHER.decryptor()
    framed = opener.update(base64.b64decode(encrypted)) + opener.finalize()
    letter = framed[20 : 20 + int.from_bytes(framed[16:20], "big")]
    return Message(
        _between(letter, b"<FromUserName><![CDATA[", b"]]>").decode(),
        _between(letter, b"<ToUserName><![CDATA[", b"]]>").decode(),
        _between(letter, b"<Content><![CDATA[", b"]]>").decode(),
        _between(letter, b"<MsgId>", b"</MsgId>").decode(),
    )


def sealed(message: Message, words: str, nonce: str) -> str:
    """Return the reply to the message in its envelope."""
    now = str(int(time.time()))
    letter = (
        f"<xml><ToUserName><![CDATA[{message.sender}]]></ToUserName>"
        f"<FromUserName><![CDATA[{message.to}]]></FromUserName><CreateTime>{now}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content></xml>"
    ).encode()
    framed = os.urandom(16) + struct.pack(">I", len(letter)) + letter + APP_ID.encode()
    pad = 32 - len(framed) % 32
    closer = _CIPHER.encryptor()
    encrypted = base64.b64encode(closer.update(framed + bytes([pad]) * pad) + closer.finalize())
    signature = _sign(now, nonce, encrypted.decode())
    return (
        f"<xml><Encrypt><![CDATA[{encrypted.decode()}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{now}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


def _sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted((TOKEN, *parts))).encode()).hexdigest()


def _between(text: bytes, start: bytes, end: bytes) -> bytes:
    begins = text.index(start) + len(start)
    return text[begins : text.index(end, begins)]
