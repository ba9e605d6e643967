"""What the load generator sends is what WeChat sends: the gate lets it in, our answer opens."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

from pydantic import SecretStr

from bench import letters, wire
from bench.baselines import envelope
from config.settings import WechatApp
from server.wechat.callback import Gate

APP = WechatApp(
    app_id=letters.APP_ID,
    secret=SecretStr("s" * 32),
    token=SecretStr(letters.TOKEN),
    aes_key=SecretStr(letters.AES_KEY),
    original_id=letters.ORIGINAL_ID,
)


def test_the_gate_lets_a_letter_in() -> None:
    sender = letters.openid(7)
    path, body = letters.sealed(letters.text(sender, "报名 3", 12345), sender)

    query = dict(parse_qsl(path.partition("?")[2]))
    message = Gate(APP, "official", "production").read(query, body, datetime.now(UTC))

    assert (message.openid, message.text, message.msg_id) == (sender, "报名 3", "12345")


def test_the_lean_baseline_does_the_same_job() -> None:
    sender = letters.openid(7)
    path, body = letters.sealed(letters.text(sender, "报名 3", 12345), sender)
    query = dict(parse_qsl(path.partition("?")[2]))

    given = (query["msg_signature"], query["timestamp"], query["nonce"])
    message = envelope.opened(body, *given)

    assert message == envelope.Message(sender, letters.ORIGINAL_ID, "报名 3", "12345")
    assert letters.content(envelope.sealed(message, "好的", "nonce").encode()) == "好的"
    assert envelope.opened(body, "0" * 40, *given[1:]) is None


def test_an_answer_is_whole_only_when_its_length_is_there() -> None:
    answer = bytearray(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell")

    assert wire._whole(answer) is None
    assert wire._whole(answer + b"o") == (200, b"hello")
