from datetime import timedelta
from typing import Any, Literal

import pytest
from pydantic import SecretStr

from server.wechat import callback, xml
from server.wechat.callback import Gate
from server.wechat.crypto import Rejected, Seal
from server.wechat.messages import Unusable
from tests.server.wechat.letters import (
    APP_ID,
    KEY,
    NONCE,
    NOW,
    OLD_KEY,
    OPENID,
    OUR_NAME,
    TOKEN,
    a_seal,
    a_text,
    an_app,
    envelope,
    sealed,
    signed,
    xml_of,
)


def a_gate(
    name: Literal["official", "miniprogram"] = "official",
    environment: Literal["development", "production"] = "production",
    **knobs: Any,
) -> Gate:
    return Gate(an_app(**knobs), name, environment)


def a_greeting(**changes: str) -> dict[str, str]:
    timestamp = str(int(NOW.timestamp()))
    signature = a_seal().sign(timestamp, NONCE)
    echo = {"echostr": "4375120948345356249"}
    return {"signature": signature, "timestamp": timestamp, "nonce": NONCE} | echo | changes


@pytest.mark.parametrize("echo", ["4375120948345356249", "a b+c/=", "活动", "x" * 512])
def test_a_greeting_is_answered_word_for_word(echo: str) -> None:
    assert a_gate().greet(a_greeting(echostr=echo), NOW) == echo


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": "0" * 40},
        {"signature": a_greeting()["signature"].upper()},
        {"signature": ""},
        {"timestamp": "1767225600"},
        {"nonce": "2"},
        {"nonce": ""},
        {"echostr": ""},
        {"echostr": "x" * 513},
        {"echostr": "a\nb"},
    ],
)
def test_a_wrong_greeting_is_rejected(changes: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        a_gate().greet(a_greeting(**changes), NOW)


def test_a_greeting_without_words_is_rejected() -> None:
    with pytest.raises(Rejected):
        a_gate().greet({}, NOW)


def test_a_sealed_message_comes_in() -> None:
    query, body = sealed(a_text("我要报名 1"))

    incoming = a_gate().read(query, body, NOW)

    assert (incoming.app, incoming.openid, incoming.text) == ("official", OPENID, "我要报名 1")
    assert incoming.encrypted


@pytest.mark.parametrize(
    "changes",
    [
        {"msg_signature": "0" * 40},
        {"msg_signature": ""},
        {"timestamp": "1767225602"},
        {"timestamp": "176722560"},
        {"timestamp": "17672256010"},
        {"timestamp": "１767225601"},
        {"timestamp": "1767225601\n"},
        {"timestamp": "-767225601"},
        {"nonce": "1"},
        {"nonce": "x" * 65},
        {"nonce": "a b"},
        {"nonce": ""},
        {"encrypt_type": "raw"},
        {"encrypt_type": "AES"},
        {"encrypt_type": ""},
    ],
)
def test_a_forged_query_is_rejected(changes: dict[str, str]) -> None:
    query, body = sealed(a_text())

    with pytest.raises(Rejected):
        a_gate().read(query | changes, body, NOW)


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce", "encrypt_type"])
def test_a_query_that_lacks_something_is_rejected(missing: str) -> None:
    query, body = sealed(a_text())
    del query[missing]

    with pytest.raises(Rejected):
        a_gate().read(query, body, NOW)


def test_digits_cannot_move_between_timestamp_and_nonce() -> None:
    query, body = sealed(a_text())
    moved = {"timestamp": query["timestamp"] + NONCE[0], "nonce": NONCE[1:]}

    with pytest.raises(Rejected):
        a_gate().read(query | moved, body, NOW)


def test_the_signature_of_the_address_does_not_stand_for_the_letter() -> None:
    query, body = sealed(a_text())

    with pytest.raises(Rejected):
        a_gate().read(query | {"msg_signature": query["signature"]}, body, NOW)


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(-600, True), (600, True), (-602, False), (602, False)]
)
def test_a_letter_counts_for_ten_minutes(seconds: int, fresh: bool) -> None:
    query, body = sealed(a_text())
    later = NOW + timedelta(seconds=seconds)

    if fresh:
        assert a_gate().read(query, body, later).text == "活动"
    else:
        with pytest.raises(Rejected):
            a_gate().read(query, body, later)


def test_without_the_window_an_old_letter_would_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    query, body = sealed(a_text())
    monkeypatch.setattr(callback, "FRESH_SECONDS", 10**9)

    assert a_gate().read(query, body, NOW + timedelta(days=365)).text == "活动"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<xml></xml>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt><a>1</a></Encrypt></xml>",
        b"<html></html>",
        b"\xff\xfe<\x00x\x00",
        b'{"Encrypt": "x"}',
        envelope("!!!!"),
    ],
)
def test_a_body_without_a_letter_is_rejected(body: bytes) -> None:
    query, _ = sealed(a_text())

    with pytest.raises(Rejected):
        a_gate().read(query, body, NOW)


@pytest.mark.parametrize("more", ["<MsgType>text</MsgType>", "<Encrypt>x</Encrypt>"])
def test_an_envelope_with_more_than_a_letter_is_rejected(more: str) -> None:
    encrypted = a_seal().encrypt(a_text().encode())

    with pytest.raises(Rejected):
        a_gate().read(signed(encrypted), envelope(encrypted, more), NOW)


def test_a_letter_for_another_app_is_rejected() -> None:
    query, body = sealed(a_text(), a_seal(app_id="wxffffffffffffffff"))

    with pytest.raises(Rejected):
        a_gate().read(query, body, NOW)


def test_a_message_for_another_account_is_rejected() -> None:
    query, body = sealed(a_text(ToUserName="gh_somebody_else"))

    with pytest.raises(Rejected):
        a_gate().read(query, body, NOW)


def test_a_body_past_64_kib_is_rejected() -> None:
    encrypted = a_seal().encrypt(a_text().encode())
    body = envelope(encrypted)
    filled = body + b" " * (callback.MAX_BODY - len(body))

    assert a_gate().read(signed(encrypted), filled, NOW).text == "活动"
    with pytest.raises(Rejected):
        a_gate().read(signed(encrypted), filled + b" ", NOW)


def test_nothing_is_decrypted_or_parsed_inside_before_the_signature_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query, body = sealed(a_text())
    opened: list[str] = []
    monkeypatch.setattr(Seal, "decrypt", lambda _seal, letter: opened.append(letter) or b"")

    with pytest.raises(Rejected):
        a_gate().read(query | {"msg_signature": "0" * 40}, body, NOW)
    assert opened == []

    with pytest.raises(Unusable):
        a_gate().read(query, body, NOW)
    assert len(opened) == 1


def test_a_letter_under_the_previous_key_comes_in() -> None:
    query, body = sealed(a_text(), a_seal(key=OLD_KEY))

    assert a_gate(previous_aes_key=SecretStr(OLD_KEY)).read(query, body, NOW).text == "活动"
    with pytest.raises(Rejected):
        a_gate().read(query, body, NOW)


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"hello",
        b"\xff\xff",
        b"<xml>",
        b"<xml></xml>",
        b"<other><MsgType>text</MsgType></other>",
        b'{"MsgType": "text"}',
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>',
        xml_of(Content="1").encode(),
        a_text(FromUserName="<![CDATA[../../x]]>").encode(),
        a_text(FromUserName="").encode(),
        a_text(CreateTime="soon").encode(),
        a_text(CreateTime="99999999999").encode(),
        a_text(CreateTime="１７６７２２５６００").encode(),
        a_text(MsgType="<a>text</a>").encode(),
        a_text(MsgType="x" * 41).encode(),
        a_text(MsgId="abc").encode(),
        a_text(ToUserName="").encode(),
        xml_of(MsgType="event").encode(),
        xml_of(MsgType="text", Content="<b>1</b>", MsgId="1").encode(),
        a_text().replace("<MsgId>", "<FromUserName>o2</FromUserName><MsgId>").encode(),
        a_text().replace("<MsgId>", "<Content>2</Content><MsgId>").encode(),
        a_text("&#0;").replace("<![CDATA[&#0;]]>", "&#0;").encode(),
    ],
)
def test_a_true_letter_that_makes_no_sense_is_unusable(inside: bytes) -> None:
    query, body = sealed(inside)

    with pytest.raises(Unusable) as caught:
        a_gate().read(query, body, NOW)

    dead = caught.value
    assert (dead.app, dead.body) == ("official", inside)
    assert dead.key.startswith("official:dead:")
    assert len(dead.key) <= 128


def test_an_unusable_letter_tells_what_could_be_read_but_not_in_its_text() -> None:
    query, body = sealed(a_text("a secret wish", MsgId="abc"))

    with pytest.raises(Unusable) as caught:
        a_gate().read(query, body, NOW)

    assert (caught.value.openid, caught.value.kind) == (OPENID, "text")
    assert "wish" not in str(caught.value)
    assert OPENID not in str(caught.value)


def test_plain_text_comes_in_only_where_development_says_so() -> None:
    query, body = a_greeting(), a_text().encode()
    plain = a_gate(environment="development", callback_mode="plain")

    assert plain.read(query, body, NOW).encrypted is False
    assert plain.read(query | {"encrypt_type": "raw"}, body, NOW).text == "活动"
    for gate in (
        a_gate(environment="development"),
        a_gate(environment="development", callback_mode="compatible"),
        a_gate(environment="production", callback_mode="plain"),
    ):
        with pytest.raises(Rejected):
            gate.read(query, body, NOW)


def test_a_plain_message_needs_its_signature_and_its_form() -> None:
    plain = a_gate(environment="development", callback_mode="plain")

    with pytest.raises(Rejected):
        plain.read(a_greeting(signature="0" * 40), a_text().encode(), NOW)
    with pytest.raises(Rejected):
        plain.read(a_greeting(), b"not xml", NOW)
    with pytest.raises(Unusable):
        plain.read(a_greeting(), xml_of(Content="1").encode(), NOW)


def test_plain_development_needs_no_key() -> None:
    plain = a_gate(environment="development", callback_mode="plain", aes_key=SecretStr(""))

    assert plain.read(a_greeting(), a_text().encode(), NOW).text == "活动"
    with pytest.raises(Rejected):
        plain.read(*sealed(a_text()), NOW)


def test_in_compatible_mode_only_the_sealed_part_counts() -> None:
    encrypted = a_seal().encrypt(a_text("sealed").encode())
    beside = "<MsgType>text</MsgType><Content>forged</Content><FromUserName>o2</FromUserName>"
    query, body = signed(encrypted), envelope(encrypted, beside)

    incoming = a_gate(environment="development", callback_mode="compatible").read(query, body, NOW)

    assert (incoming.text, incoming.openid) == ("sealed", OPENID)
    with pytest.raises(Rejected):
        a_gate(environment="production", callback_mode="compatible").read(query, body, NOW)


@pytest.mark.parametrize("empty", ["token", "aes_key", "app_id"])
def test_an_app_that_is_not_set_up_lets_nobody_in(empty: str) -> None:
    value: Any = "" if empty == "app_id" else SecretStr("")
    forger = Seal("" if empty == "token" else TOKEN, KEY, "" if empty == "app_id" else APP_ID)
    gate = a_gate(**{empty: value})

    with pytest.raises(Rejected):
        gate.read(*sealed(a_text(), forger), NOW)
    timestamp = str(int(NOW.timestamp()))
    with pytest.raises(Rejected):
        gate.greet(a_greeting(signature=forger.sign(timestamp, NONCE)), NOW)


def test_the_miniprogram_speaks_json_and_xml() -> None:
    gate = a_gate("miniprogram")
    message = (
        f'{{"ToUserName":"{OUR_NAME}","FromUserName":"{OPENID}","CreateTime":1767225600,'
        '"MsgType":"text","Content":"你好","MsgId":23637352235060880}'
    )
    encrypted = a_seal().encrypt(message.encode())
    json_envelope = f' {{"ToUserName":"{OUR_NAME}","Encrypt":"{encrypted}"}}'.encode()

    in_json = gate.read(signed(encrypted), json_envelope, NOW)
    in_xml = gate.read(*sealed(a_text("你好", MsgId="23637352235060880")), NOW)

    assert in_json == in_xml
    assert in_json.app == "miniprogram"
    with pytest.raises(Rejected):
        a_gate("official").read(signed(encrypted), json_envelope, NOW)


def test_a_sealed_reply_can_be_opened_and_is_signed_for_its_own_moment() -> None:
    letter = xml.parse(a_gate().seal("<xml>好</xml>", NONCE, NOW).encode())

    assert letter["TimeStamp"] == str(int(NOW.timestamp()))
    assert letter["Nonce"] == NONCE
    parts = letter["TimeStamp"], letter["Nonce"], letter["Encrypt"]
    assert letter["MsgSignature"] == a_seal().sign(*parts)
    assert a_seal().decrypt(letter["Encrypt"]).decode() == "<xml>好</xml>"
