import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from server.wechat import crypto
from server.wechat.crypto import Rejected, Seal
from tests.server.wechat.letters import APP_ID, KEY, OLD_KEY, TOKEN, a_seal

VECTORS: dict[str, Any] = json.loads(
    Path(__file__).parents[2].joinpath("data", "crypto_vectors.json").read_text(encoding="utf-8")
)


def named(kind: str) -> Any:
    rows = VECTORS[kind]
    return pytest.mark.parametrize("vector", rows, ids=[row["name"] for row in rows])


def seal_of(vector: dict[str, str]) -> Seal:
    return Seal(vector["token"], vector["encoding_aes_key"], vector["app_id"])


def framed(letter: bytes, *, length: int | None = None, app_id: str = APP_ID) -> bytes:
    size = len(letter) if length is None else length
    return b"r" * 16 + size.to_bytes(4, "big") + letter + app_id.encode()


def closed(frame: bytes, pad: bytes | None = None, key: str = KEY) -> str:
    """Encrypt a frame of our own making, right or wrong."""
    pad = bytes([32 - len(frame) % 32]) * (32 - len(frame) % 32) if pad is None else pad
    raw = base64.b64decode(key + "=")
    closer = Cipher(AES256(raw), CBC(raw[:16])).encryptor()
    return base64.b64encode(closer.update(frame + pad) + closer.finalize()).decode()


@named("vectors")
def test_a_letter_of_the_platform_is_opened(vector: dict[str, str]) -> None:
    seal = seal_of(vector)

    seal.verify(vector["msg_signature"], vector["timestamp"], vector["nonce"], vector["encrypted"])

    assert seal.decrypt(vector["encrypted"]).decode() == vector["plaintext_xml"]
    assert seal.sign(vector["timestamp"], vector["nonce"]) == vector["signature"]


@named("vectors")
def test_a_letter_is_closed_byte_for_byte_as_the_platform_does(
    vector: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crypto.secrets, "token_bytes", lambda _: vector["random_prefix"].encode())

    assert seal_of(vector).encrypt(vector["plaintext_xml"].encode()) == vector["encrypted"]


@named("negative")
def test_a_flawed_letter_is_rejected(vector: dict[str, str]) -> None:
    seal = seal_of(vector)
    parts = vector["timestamp"], vector["nonce"], vector["encrypted"]

    def read() -> bytes:
        seal.verify(vector["msg_signature"], *parts)
        return seal.decrypt(vector["encrypted"])

    with pytest.raises(Rejected, match=r"^rejected$"):
        read()


@named("url_signatures")
def test_the_signature_sorts_as_text(vector: dict[str, str]) -> None:
    signed = Seal(vector["token"], KEY, APP_ID).sign(vector["timestamp"], vector["nonce"])

    assert signed == vector["signature"]


@pytest.mark.parametrize(
    "encrypted",
    [
        "",
        "=",
        "====",
        "AAAA",
        "!!!!",
        "中文",
        "\ud800",
        closed(framed(b"hello")) + "\n",
        " " + closed(framed(b"hello")),
        closed(framed(b"hello")).rstrip("=") + "A",
        closed(framed(b"hello"))[:-4],
        closed(framed(b"hello")).replace("+", "-").replace("/", "_") + "-_==",
        closed(framed(b"hello"), pad=b"\x00" * 21),
        closed(b"x" * 31, pad=b"\x21"),
        closed(b"x" * 30, pad=b"\x01\x02"),
        closed(b"x" * 16, pad=b"\x10" * 16),
        closed(framed(b"hello", length=6)),
        closed(framed(b"hello", length=4)),
        closed(framed(b"hello", length=2**32 - 1)),
        closed(framed(b"hello", app_id="")),
        closed(framed(b"hello", app_id="wx0000000000000000")),
        closed(framed(b"hello", app_id=APP_ID + "x")),
        closed(framed(b"hello"), key=OLD_KEY),
    ],
)
def test_nothing_but_an_exact_frame_is_opened(encrypted: str) -> None:
    with pytest.raises(Rejected, match=r"^rejected$"):
        a_seal().decrypt(encrypted)


@pytest.mark.parametrize("letter", [b"", b"x", "活动".encode(), b"\x00\xff" * 40])
def test_an_exact_frame_is_opened(letter: bytes) -> None:
    assert a_seal().decrypt(closed(framed(letter))) == letter
    assert a_seal().decrypt(a_seal().encrypt(letter)) == letter


def test_an_empty_app_id_does_not_let_a_wrong_length_through() -> None:
    with pytest.raises(Rejected):
        a_seal(app_id="").decrypt(closed(framed(b"hello", length=99, app_id="")))


def test_letters_sealed_with_the_previous_key_are_still_opened() -> None:
    old = Seal(TOKEN, OLD_KEY, APP_ID).encrypt(b"sealed yesterday")
    changed = Seal(TOKEN, KEY, APP_ID, previous_aes_key=OLD_KEY)

    assert changed.decrypt(old) == b"sealed yesterday"
    assert Seal(TOKEN, KEY, APP_ID).decrypt(changed.encrypt(b"new")) == b"new"
    with pytest.raises(Rejected):
        Seal(TOKEN, KEY, APP_ID).decrypt(old)


@pytest.mark.parametrize("signature", ["", "0" * 40, "中", "\ud800", "A" * 40])
def test_a_wrong_signature_is_rejected(signature: str) -> None:
    with pytest.raises(Rejected):
        a_seal().verify(signature, "1767225601", "1")


def test_anything_can_be_signed() -> None:
    assert len(a_seal().sign("\ud800", "", "😀")) == 40


def test_every_padding_length_survives_a_round_trip() -> None:
    for length in range(64):
        assert a_seal().decrypt(a_seal().encrypt(b"x" * length)) == b"x" * length
