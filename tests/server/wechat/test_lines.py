"""Many calls at once: each keeps the promises of the pool, and none is ever sent twice."""

import logging
import ssl
import threading
import traceback
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pycurl
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.wechat import answers, lines
from server.wechat.errors import CallRejected, KeptBack, Misconfigured, Transient, WechatError
from server.wechat.lines import Lines
from tests.clock import Clock
from tests.server.wechat.fake_api import Broken, Drip, Drop, FakeApi, Hang, Page, fake_api
from tests.server.wechat.test_http import SECRETS

PATH = "/cgi-bin/x"


@pytest.fixture
def wire(api: FakeApi, clock: Clock) -> Iterator[Lines]:
    with closing(Lines(api.url, clock, 2, seconds=1.0)) as wire:
        yield wire


def ask(wire: Lines, query: dict | None = None, body: dict | None = None) -> object:
    told, heard = [], threading.Event()

    def hear(outcome: object) -> None:
        told.append(outcome)
        heard.set()

    wire.post(PATH, query or {}, body or {"content": "活动"}, hear)
    assert heard.wait(10)
    return told[0]


def test_json_goes_out_in_plain_utf8_and_comes_back(wire: Lines, api: FakeApi) -> None:
    api.on(PATH, {"errcode": 0, "words": "好"})

    assert ask(wire, {"a": "1&b=2"}, {"name": "活动\ud800"}) == {"errcode": 0, "words": "好"}

    assert api.last(PATH).query == {"a": "1&b=2"}
    assert api.last(PATH).raw == '{"name": "活动?"}'.encode()


def test_a_long_body_arrives_whole(wire: Lines, api: FakeApi) -> None:
    ask(wire, body={"content": "好" * 400_000})

    assert api.last(PATH).body == {"content": "好" * 400_000}


def test_a_code_is_the_error_it_stands_for(wire: Lines, api: FakeApi) -> None:
    api.on(PATH, {"errcode": 43101, "errmsg": "user refuse rid: 6a-7b"})

    error = ask(wire)

    assert isinstance(error, CallRejected)
    assert (error.code, error.rid) == (43101, "6a-7b")


@pytest.mark.parametrize(
    ("answer", "unknown"),
    [
        (Page(), True),
        (Page(status=502), True),
        (Page(b"{}", status=502), True),
        (Page(b"[" * 100_000), True),
        (Page(b'{"a": "' + b"x" * answers.MAX_ANSWER + b'"}'), True),
        (Page(status=403), False),
        ({"errcode": -1, "errmsg": "busy"}, False),
        (Drop, True),
        (Broken, True),
        (Hang, True),
        (Drip, True),
    ],
)
def test_what_is_no_answer_is_transient_and_asked_once(
    api: FakeApi, clock: Clock, answer: object, unknown: bool
) -> None:
    api.on(PATH, answer)

    with closing(Lines(api.url, clock, 1, seconds=0.3)) as wire:
        error = ask(wire)

    assert isinstance(error, Transient)
    assert error.outcome_unknown is unknown
    assert api.count(PATH) == 1


def test_a_redirect_is_not_followed(wire: Lines, api: FakeApi) -> None:
    api.on(PATH, Page(b"", status=302, headers={"Location": f"{api.url}/elsewhere"}))

    assert isinstance(ask(wire), Misconfigured)
    assert api.count("/elsewhere") == 0


def test_nobody_there_means_that_nothing_was_done(clock: Clock) -> None:
    with closing(Lines("http://127.0.0.1:9", clock, 1)) as wire:
        error = ask(wire)

    assert isinstance(error, Transient)
    assert not error.outcome_unknown


def test_a_line_is_kept_and_no_more_are_opened_than_said(wire: Lines, api: FakeApi) -> None:
    done = threading.Semaphore(0)
    for _ in range(20):
        wire.post(PATH, {}, {}, lambda _outcome: done.release())

    assert all(done.acquire(timeout=10) for _ in range(20))
    assert api.count(PATH) == 20
    assert api.connections <= 2


def test_a_call_cut_on_a_kept_line_is_not_sent_again(wire: Lines, api: FakeApi) -> None:
    api.on(PATH, {"errcode": 0}, Drop, {"errcode": 0, "n": 3})
    ask(wire)

    error = ask(wire)

    assert isinstance(error, Transient)
    assert error.outcome_unknown
    assert api.count(PATH) == 2
    assert ask(wire) == {"errcode": 0, "n": 3}


def test_control_a_body_that_can_be_read_again_would_be_sent_again(
    wire: Lines, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(self: Lines, line: pycurl.Curl, call: lines._Call) -> None:
        line.setopt(pycurl.URL, self._base + call.path)
        line.setopt(pycurl.POSTFIELDS, b"{}")
        line.setopt(pycurl.WRITEFUNCTION, call.take)
        self._calls[line] = call
        self._multi.add_handle(line)

    monkeypatch.setattr(Lines, "_start", start)
    api.on(PATH, {"errcode": 0}, Drop, {"errcode": 0, "n": 3})
    ask(wire)

    assert ask(wire) == {"errcode": 0, "n": 3}
    assert api.count(PATH) == 3


def test_closing_waits_for_what_is_under_way(api: FakeApi, clock: Clock) -> None:
    told: list[object] = []
    wire = Lines(api.url, clock, 1)
    for _ in range(3):
        wire.post(PATH, {}, {}, told.append)

    wire.close()

    assert told == [{"errcode": 0}] * 3


@pytest.mark.parametrize(
    "answer",
    [
        {"errcode": 40001, "errmsg": "canary-token of canary-secret with canary-code is bad"},
        Page(b"canary-token"),
        Drop,
        Broken,
    ],
)
def test_no_secret_is_in_any_error_or_log(
    wire: Lines, api: FakeApi, answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.on(PATH, answer)

    error = ask(wire, SECRETS)

    assert isinstance(error, WechatError)
    told = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error)) + caplog.text
    assert "canary" not in told
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.fixture
def secure(api: FakeApi, tmp_path: Path) -> Iterator[tuple[FakeApi, Path]]:
    """A stand-in that speaks TLS with a certificate that only its own file vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "certificate.pem"
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, plain[1], plain[0])
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with fake_api(context) as found:
        yield found, pem


def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: tuple[FakeApi, Path], clock: Clock
) -> None:
    api, _pem = secure

    with closing(Lines(api.url, clock, 1)) as wire:
        error = ask(wire)

    assert isinstance(error, Transient)
    assert not error.outcome_unknown
    assert "certificate refused" in str(error)
    assert api.count(PATH) == 0


def test_what_this_machine_trusts_is_trusted_but_not_by_another_name(
    secure: tuple[FakeApi, Path], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, pem = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))

    with closing(Lines(api.url, clock, 1)) as wire:
        assert ask(wire) == {"errcode": 0}
    with closing(Lines(api.url.replace("localhost", "127.0.0.1"), clock, 1)) as wire:
        assert "certificate refused" in str(ask(wire))


def test_what_is_too_late_by_the_time_a_line_is_free_never_leaves(
    wire: Lines, api: FakeApi
) -> None:
    told: list[object] = []

    wire.post(PATH, {}, {}, told.append, lambda: False)
    ask(wire)

    assert isinstance(told[0], KeptBack)
    assert api.count(PATH) == 1


def test_a_call_that_cannot_be_made_ends_no_other(wire: Lines, api: FakeApi) -> None:
    told: list[object] = []

    wire.post(PATH, {}, {"content": object()}, told.append)

    assert ask(wire) == {"errcode": 0}
    assert isinstance(told[0], TypeError)
