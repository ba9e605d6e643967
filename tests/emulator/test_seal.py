import json
from pathlib import Path
from typing import Any

import pytest

from emulator import seal

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "crypto_vectors.json").read_text())
GOOD = {vector["name"]: vector for vector in VECTORS["vectors"]}
BAD = {vector["name"]: vector for vector in VECTORS["negative"]}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_sealed_is_byte_for_byte_what_others_seal(name: str) -> None:
    vector = GOOD[name]
    prefix = vector["random_prefix"].encode()

    sealed = seal.encrypt(
        vector["encoding_aes_key"], vector["app_id"], vector["plaintext_xml"].encode(), prefix
    )

    assert sealed == vector["encrypted"]
    signed = (vector["token"], vector["timestamp"], vector["nonce"])
    assert seal.sign(*signed, sealed) == vector["msg_signature"]
    assert seal.sign(*signed) == vector["signature"]


@pytest.mark.parametrize("name", GOOD)
def test_what_others_sealed_opens(name: str) -> None:
    vector = GOOD[name]

    plain = seal.decrypt(vector["encoding_aes_key"], vector["app_id"], vector["encrypted"])

    assert plain.decode() == vector["plaintext_xml"]


@pytest.mark.parametrize("name", BAD)
def test_a_spoilt_message_is_refused_in_one_way(name: str) -> None:
    vector = BAD[name]
    signed = (vector["token"], vector["timestamp"], vector["nonce"], vector["encrypted"])

    with pytest.raises(seal.Unsealable):
        _open(vector, signed)


def _open(vector: dict[str, Any], signed: tuple[str, ...]) -> None:
    if not seal.verify(seal.sign(*signed), vector["msg_signature"]):
        raise seal.Unsealable("signature")
    seal.decrypt(vector["encoding_aes_key"], vector["app_id"], vector["encrypted"])


KEY = "kZ3vQ9mT7xR1yB5nW8cL2dF6gH0jP4sA1uE3iO5tY7q"


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (b"r" * 16 + b"\0\0\0\x09hi" + b"wx1", "bad length"),
        (b"r" * 16 + b"\0\0\0\x02hi" + b"wx2", "another app id"),
        (b"short", "too short"),
    ],
)
def test_a_frame_that_lies_is_refused(frame: bytes, why: str) -> None:
    pad = 32 - len(frame) % 32
    whole = frame + bytes([pad]) * pad
    encryptor = seal._cipher(KEY).encryptor()
    sealed = encryptor.update(whole) + encryptor.finalize()

    with pytest.raises(seal.Unsealable, match=why):
        seal.decrypt(KEY, "wx1", seal.base64.b64encode(sealed).decode())


@pytest.mark.parametrize("last", [0, 33, 2])
def test_bad_padding_is_refused(last: int) -> None:
    encryptor = seal._cipher(KEY).encryptor()
    sealed = encryptor.update(b"x" * 31 + bytes([last])) + encryptor.finalize()

    with pytest.raises(seal.Unsealable, match="padding"):
        seal.decrypt(KEY, "wx1", seal.base64.b64encode(sealed).decode())
