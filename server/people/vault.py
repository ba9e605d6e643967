"""Sealing personal data: AES-256-GCM with the row's name bound in, keyed marks for look-up."""

import base64
import hmac
import os
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ID = b"\x01"
NONCE_BYTES = 12


class Broken(Exception):  # noqa: N818  said of what is stored, not of what was done
    """Sealed data does not open: another key, another row, or tampered with."""


class Vault:
    """Seals texts so that they open only under our key and at their own place."""

    def __init__(self, data_key: str, wings: Mapping[str, "Vault"] | None = None) -> None:
        """`wings` are the vaults of works that have a key of their own, by name."""
        key = base64.b64decode(data_key)
        self._cipher = AESGCM(_derived(key, b"seal"))
        self._mark_key = _derived(key, b"mark")
        self._code_key = _derived(key, b"code")
        self._wings = dict(wings or {})

    def wing(self, name: str) -> "Vault | None":
        """Return the vault of a work with a key of its own; None where no such key is set."""
        return self._wings.get(name)

    def seal(self, text: str, about: str) -> bytes:
        """Return the text sealed; `about` names its place, such as `person:7:phone`."""
        return self.seal_bytes(text.encode(), about)

    def open(self, sealed: bytes, about: str) -> str:
        """Return the text that was sealed at this place, or raise `Broken`."""
        try:
            return self.open_bytes(sealed, about).decode()
        except UnicodeDecodeError:
            raise Broken(about) from None

    def seal_bytes(self, content: bytes, about: str) -> bytes:
        """Return something that is no text sealed, such as a file."""
        nonce = os.urandom(NONCE_BYTES)
        return KEY_ID + nonce + self._cipher.encrypt(nonce, content, about.encode())

    def open_bytes(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed at this place, or raise `Broken`."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, about.encode())
        except (InvalidTag, ValueError):
            raise Broken(about) from None

    def mark(self, text: str, purpose: str) -> str:
        """Return a keyed hash by which equal texts are found without being readable."""
        return hmac.digest(self._mark_key, f"{purpose}\0{text}".encode(), "sha256").hex()

    def digest(self, text: str, purpose: str) -> bytes:
        """Return 32 bytes that only we can work out of the text: what codes are cut from."""
        return hmac.digest(self._code_key, f"{purpose}\0{text}".encode(), "sha256")


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose, sha256)
