"""The seal on WeChat's letters: signatures and the AES frame of its message push."""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32  # WeChat pads to 32 bytes, not to the 16 of AES
RANDOM = 16
HEAD = RANDOM + 4


class Rejected(Exception):  # noqa: N818  an answer to a stranger, the same for every flaw
    """Not from WeChat, not for us, or damaged. It never says which: that would help a forger."""

    def __init__(self) -> None:
        super().__init__("rejected")


class Seal:
    """Signs, opens and closes letters with the token and key of one WeChat application.

    `aes_key` is the 43-character EncodingAESKey; the previous one is tried next, so that
    letters sealed while the key was being changed are not lost.
    """

    def __init__(
        self, token: str, aes_key: str, app_id: str, previous_aes_key: str | None = None
    ) -> None:
        self._token = token
        self._app_id = app_id.encode()
        self._ciphers = [_cipher(key) for key in (aes_key, previous_aes_key) if key]

    def sign(self, *parts: str) -> str:
        """Return the signature over the parts and the token: SHA-1 of them in plain string order.

        SHA-1 and the missing separator are WeChat's choice; the parts must be shape-checked
        first, or characters could move from one to the next unnoticed.
        """
        joined = "".join(sorted((self._token, *parts)))
        return hashlib.sha1(joined.encode(errors="surrogatepass")).hexdigest()

    def verify(self, signature: str, *parts: str) -> None:
        """Raise `Rejected` unless the signature is ours; takes the same time for all wrong ones."""
        if not hmac.compare_digest(self.sign(*parts).encode(), signature.encode(errors="replace")):
            raise Rejected

    def decrypt(self, encrypted: str) -> bytes:
        """Return the letter inside, or raise `Rejected` if anything about it is not exact."""
        sealed = _decoded(encrypted)
        for cipher in self._ciphers:
            opener = cipher.decryptor()
            letter = self._unframed(opener.update(sealed) + opener.finalize())
            if letter is not None:
                return letter
        raise Rejected

    def encrypt(self, plain: bytes) -> str:
        """Return the letter sealed with the current key, in base64."""
        framed = secrets.token_bytes(RANDOM) + struct.pack(">I", len(plain)) + plain + self._app_id
        pad = BLOCK - len(framed) % BLOCK
        closer = self._ciphers[0].encryptor()
        sealed = closer.update(framed + bytes([pad]) * pad) + closer.finalize()
        return base64.b64encode(sealed).decode()

    def _unframed(self, framed: bytes) -> bytes | None:
        """Take off padding, random head, length and app id; None when one of them is wrong."""
        pad = framed[-1]
        if not 1 <= pad <= BLOCK or framed[-pad:] != bytes([pad]) * pad:
            return None
        framed = framed[:-pad]
        if len(framed) < HEAD:
            return None
        end = HEAD + int.from_bytes(framed[RANDOM:HEAD], "big")
        if end > len(framed) or not hmac.compare_digest(framed[end:], self._app_id):
            return None
        return framed[HEAD:end]


def _cipher(aes_key: str) -> "Cipher[CBC]":
    key = base64.b64decode(aes_key + "=")
    return Cipher(AES256(key), CBC(key[:16]))


def _decoded(encrypted: str) -> bytes:
    try:
        sealed = base64.b64decode(encrypted.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise Rejected from None
    if not sealed or len(sealed) % BLOCK:
        raise Rejected
    return sealed
