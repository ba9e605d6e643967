"""Whatever comes in, only `Rejected`, `Unusable` or a message comes out.

`make rigs` looks much longer.
"""

import base64
import json
from contextlib import suppress

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given, settings
from hypothesis import strategies as st

from server.wechat import replies, strict_json, xml
from server.wechat.callback import Gate
from server.wechat.crypto import Rejected
from server.wechat.messages import Incoming, Unusable
from server.wechat.xml import Malformed
from tests.server.wechat.letters import (
    KEY,
    NOW,
    a_seal,
    a_text,
    an_app,
    envelope,
    sealed,
    signed,
    xml_of,
)

bounded = settings(deadline=None)
GATES = [Gate(an_app(), name, "production") for name in ("official", "miniprogram")]
SEAL = a_seal()

anything = st.text(st.characters(exclude_categories=()), max_size=40)
MARKUP = (
    "<xml> </xml> <a> </a> <![CDATA[ ]]> &amp; &#0; <?x?> <MsgType> </MsgType> event text "
    "{ } [ ] 活 😀"
)
bits = st.sampled_from((*MARKUP.split(), "<!DOCTYPE x>", "\x00", '"List":'))
soup = st.lists(bits | anything, max_size=20).map("".join)
NAMES = (
    "ToUserName FromUserName CreateTime MsgType Event EventKey Content MsgId List MsgID trace_id "
    "SubscribeMsgPopupEvent Recognition"
)
names = st.sampled_from(NAMES.split())
leaves = st.none() | st.booleans() | st.integers() | st.floats() | anything
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)
)


def read(query: dict[str, str], body: bytes) -> None:
    for gate in GATES:
        with suppress(Rejected, Unusable):
            incoming = gate.read(query, body, NOW)
            usable(incoming)


def usable(incoming: Incoming) -> None:
    """Use a message in every way that the service does."""
    assert len(incoming.key) <= 128
    assert repr(incoming.message)
    assert isinstance(incoming.rows, list)
    incoming.text.encode()
    json.dumps(incoming.fields).encode()
    xml.parse(replies.text(incoming, "好" + incoming.text, NOW).encode())


@bounded
@given(st.binary(max_size=200))
def test_a_frame_of_any_bytes(frame: bytes) -> None:
    with suppress(Rejected):
        SEAL.decrypt(base64.b64encode(frame).decode())
    read(signed(base64.b64encode(frame).decode()), envelope(base64.b64encode(frame).decode()))


@bounded
@given(st.binary(max_size=128))
def test_a_well_encrypted_frame_of_any_bytes(frame: bytes) -> None:
    raw = base64.b64decode(KEY + "=")
    closer = Cipher(AES256(raw), CBC(raw[:16])).encryptor()
    whole = frame + b"\x00" * (-len(frame) % 32)
    encrypted = base64.b64encode(closer.update(whole) + closer.finalize()).decode()

    read(signed(encrypted), envelope(encrypted))


@bounded
@given(anything)
def test_a_letter_of_any_characters(encrypted: str) -> None:
    with suppress(Rejected):
        SEAL.decrypt(encrypted)
    with suppress(Rejected):
        SEAL.verify(encrypted, encrypted, encrypted)


@bounded
@given(st.binary(max_size=300))
def test_an_envelope_of_any_bytes(body: bytes) -> None:
    read(signed("x"), body)


@bounded
@given(
    st.dictionaries(
        st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "encrypt_type"]),
        anything,
    )
)
def test_a_query_of_any_characters(changes: dict[str, str]) -> None:
    query, body = sealed(a_text())

    read(query | changes, body)
    with suppress(Rejected):
        GATES[0].greet(query | {"echostr": "1"} | changes, NOW)


@bounded
@given(soup | st.binary(max_size=200))
def test_an_inner_message_of_any_kind(message: str | bytes) -> None:
    inside = message if isinstance(message, bytes) else message.encode(errors="surrogatepass")

    read(*sealed(inside))


@bounded
@given(st.dictionaries(names, soup, max_size=6))
def test_a_message_with_odd_elements(fields: dict[str, str]) -> None:
    read(*sealed(xml_of(**fields).encode(errors="surrogatepass")))


@bounded
@given(st.dictionaries(names, values, max_size=8))
def test_a_message_of_any_json(fields: dict[str, object]) -> None:
    head = {
        "ToUserName": "gh_0a1b2c3d4e5f",
        "FromUserName": "o1",
        "CreateTime": 1,
        "MsgType": "event",
    }

    read(*sealed(json.dumps({**head, "Event": "subscribe_msg_sent_event", **fields})))


@bounded
@given(st.binary(max_size=400))
def test_the_parsers_fail_in_one_way_only(body: bytes) -> None:
    for parse in (xml.parse, strict_json.parse):
        with suppress(Malformed):
            parse(body)
