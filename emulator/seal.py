"""WeChat's message encryption, written apart from the service's so that each checks the other.

AES-256-CBC, key = base64 of EncodingAESKey + "=", IV = its first 16 bytes, frame =
16 random bytes, big-endian length, message, app id; PKCS#7 with blocks of 32.
"""

import base64
import binascii
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32


class Unsealable(Exception):  # noqa: N818  a fact about the message
    """The message is not sealed with these keys."""


def sign(*parts: str) -> str:
    """Return the SHA-1 of the sorted parts, as `signature` and `msg_signature` carry it."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def encrypt(aes_key: str, app_id: str, plain: bytes, random: bytes) -> str:
    """Seal a message; `random` are the 16 bytes that come first."""
    owner = app_id.encode()
    frame = random + struct.pack(">I", len(plain)) + plain + owner
    pad = BLOCK - len(frame) % BLOCK
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(frame + bytes([pad]) * pad) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def decrypt(aes_key: str, app_id: str, encrypted: str) -> bytes:
    """Open a message, or raise `Unsealable`."""
    try:
        sealed = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError):
        raise Unsealable("not base64") from None
    if not sealed or len(sealed) % BLOCK:
        raise Unsealable("not whole blocks of 32 bytes")
    decryptor = _cipher(aes_key).decryptor()
    return _open(decryptor.update(sealed) + decryptor.finalize(), app_id)


def verify(expected: str, given: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode())


def _open(frame: bytes, app_id: str) -> bytes:
    pad = frame[-1]
    if not 1 <= pad <= BLOCK or frame[-pad:] != bytes([pad]) * pad:
        raise Unsealable("bad padding")
    frame = frame[:-pad]
    if len(frame) < 20:
        raise Unsealable("too short")
    (length,) = struct.unpack(">I", frame[16:20])
    if length > len(frame) - 20:
        raise Unsealable("bad length")
    if frame[20 + length :] != app_id.encode():
        raise Unsealable("sealed for another app id")
    return frame[20 : 20 + length]


def _cipher(aes_key: str) -> Cipher[CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(AES256(key), CBC(key[:16]))
