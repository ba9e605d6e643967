import logging
import time
import traceback
from contextlib import closing

import pytest

from server.wechat import answers
from server.wechat.errors import (
    CallRejected,
    Misconfigured,
    Oversized,
    Transient,
    WechatError,
)
from server.wechat.http import Http
from tests.clock import Clock
from tests.server.wechat.fake_api import Broken, Drip, Drop, FakeApi, Hang, Page

SECRETS = {
    "access_token": "canary-token",
    "secret": "canary-secret",
    "js_code": "canary-code",
}


def failure(http: Http, seconds: float = 3.0) -> WechatError:
    with pytest.raises(WechatError) as caught:
        http.post("/cgi-bin/x", SECRETS, {"content": "活动"}, seconds=seconds)
    return caught.value


def test_json_goes_out_in_plain_utf8_and_comes_back(http: Http, api: FakeApi) -> None:
    api.on("/cgi-bin/x", {"errcode": 0, "words": "好"})

    assert http.post("/cgi-bin/x", {"a": "1&b=2"}, {"name": "活动\ud800"})["words"] == "好"

    asked = api.last("/cgi-bin/x")
    assert asked.query == {"a": "1&b=2"}
    assert asked.raw == '{"name": "活动?"}'.encode()


@pytest.mark.parametrize(
    "answer",
    [
        {"openid": "o1"},
        {"openid": "o1", "errcode": 0},
        {"openid": "o1", "errcode": "0"},
        {"openid": "o1", "errcode": None},
        Page(b'{"openid": "o1"}', kind="text/plain"),
    ],
)
def test_success_may_come_with_or_without_a_code(http: Http, api: FakeApi, answer: object) -> None:
    api.on("/sns/x", answer)

    assert http.get("/sns/x", {})["openid"] == "o1"


@pytest.mark.parametrize("code", [43101, "43101", 43101.0])
def test_a_code_may_be_a_number_or_its_text(http: Http, api: FakeApi, code: object) -> None:
    api.on("/cgi-bin/x", {"errcode": code, "errmsg": "user refuse rid: 6a-7b"})

    error = failure(http)

    assert isinstance(error, CallRejected)
    assert (error.code, error.rid) == (43101, "6a-7b")


@pytest.mark.parametrize(
    ("answer", "unknown"),
    [
        (Page(), True),
        (Page(status=502), True),
        (Page(b"{}", status=502), True),
        (Page(b"", status=200), True),
        (Page(b"[]"), True),
        (Page(b"null"), True),
        (Page(b"\xff\xfe"), True),
        (Page(b"[" * 100_000), True),
        (Page(b'{"errcode": "soon"}'), True),
        (Page(b'{"errcode": {}, "a": 1, "errcode": [1]}'), True),
        (Page(b'{"errcode": Infinity}'), True),
        (Page(b'{"a": "' + b"x" * answers.MAX_ANSWER + b'"}'), True),
        (Page(status=403), False),
        (Drop, True),
        (Broken, True),
    ],
)
def test_what_is_no_answer_is_transient(
    http: Http, api: FakeApi, answer: object, unknown: bool
) -> None:
    api.on("/cgi-bin/x", answer)

    error = failure(http)

    assert isinstance(error, Transient)
    assert error.outcome_unknown is unknown
    assert api.count("/cgi-bin/x") == 1


def test_an_error_of_the_gateway_may_bear_a_code(http: Http, api: FakeApi) -> None:
    api.on("/cgi-bin/x", Page(b'{"errcode": 85107, "errmsg": "not ticked"}', status=502))

    assert isinstance(failure(http), Misconfigured)


def test_a_code_of_wechat_leaves_no_doubt_about_the_outcome(http: Http, api: FakeApi) -> None:
    api.on("/cgi-bin/x", {"errcode": -1, "errmsg": "system error"})

    error = failure(http)

    assert isinstance(error, Transient)
    assert not error.outcome_unknown


def test_a_redirect_is_not_followed(http: Http, api: FakeApi) -> None:
    api.on("/cgi-bin/x", Page(b"", status=302, headers={"Location": f"{api.url}/elsewhere"}))

    assert isinstance(failure(http), Misconfigured)
    assert api.count("/elsewhere") == 0


@pytest.mark.parametrize("how", [Hang, Drip])
def test_no_wait_is_longer_than_said(http: Http, api: FakeApi, how: type) -> None:
    api.on("/cgi-bin/x", how)
    started = time.monotonic()

    error = failure(http, seconds=0.3)

    assert isinstance(error, Transient)
    assert error.outcome_unknown
    assert time.monotonic() - started < 1


def test_nobody_there_means_that_nothing_was_done(clock: Clock) -> None:
    with closing(Http("http://127.0.0.1:9", clock)) as http:
        error = failure(http)

    assert isinstance(error, Transient)
    assert not error.outcome_unknown


def test_one_connection_serves_many_calls(http: Http, api: FakeApi) -> None:
    for number in range(5):
        http.get("/sns/x", {"n": str(number)})

    assert api.connections == 1


def test_after_a_cut_the_next_call_goes_through(http: Http, api: FakeApi) -> None:
    api.on("/cgi-bin/x", {"errcode": 0}, Drop, {"errcode": 0, "n": 3})
    http.post("/cgi-bin/x", {}, {})
    failure(http)

    assert http.post("/cgi-bin/x", {}, {})["n"] == 3


@pytest.mark.parametrize(
    "answer",
    [
        {"errcode": 40001, "errmsg": "canary-token of canary-secret with canary-code is bad"},
        {"errcode": 40125, "errmsg": "see /x?access_token=canary-token&secret=canary-secret"},
        Page(b"canary-token"),
        Page(b"canary-token", status=302, headers={"Location": "/x?secret=canary-secret"}),
        Drop,
        Broken,
        Hang,
    ],
)
def test_no_secret_is_in_any_error_or_log(
    http: Http, api: FakeApi, answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.on("/cgi-bin/x", answer)

    error = failure(http, seconds=0.3)

    told = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error)) + caplog.text
    assert "/cgi-bin/x" in caplog.text
    assert "canary" not in told
    assert error.__cause__ is None
    assert error.__context__ is None


def test_nobody_there_keeps_the_secret_too(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with closing(Http("http://127.0.0.1:9", clock)) as http:
        error = failure(http)

    told = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert "canary" not in told


def test_without_the_filter_the_log_would_tell_the_secret(
    http: Http, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(answers, "scrubbed", lambda words: words)

    http.get("/sns/x", SECRETS)

    assert "canary-secret" in caplog.text


FILE = "/cgi-bin/media/get"


def fetch(http: Http, most: int = 1000, seconds: float = 3.0) -> bytes:
    return http.download(FILE, SECRETS, most=most, seconds=seconds)


@pytest.mark.parametrize("kind", ["image/jpeg", "application/json", "text/html"])
def test_a_file_comes_as_it_is_whatever_it_is_called(http: Http, api: FakeApi, kind: str) -> None:
    api.on(FILE, Page(b"\xff\xd8\xff picture", kind=kind))

    assert fetch(http) == b"\xff\xd8\xff picture"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Page(b"\xff" * 1001, kind="image/jpeg"), Oversized),
        ({"errcode": 40007, "errmsg": "invalid media_id"}, CallRejected),
        ({"video_url": "http://elsewhere.example/v"}, CallRejected),
        (Page(), Transient),
        (Page(b"", kind="image/jpeg"), Transient),
        (Page(b"\xff\xd8", status=500, kind="image/jpeg"), Transient),
        (Page(b"", status=302, headers={"Location": "http://127.0.0.1:9/"}), Misconfigured),
        (Drop, Transient),
    ],
)
def test_what_is_no_file_is_told_for_what_it_is(
    http: Http, api: FakeApi, answer: object, kind: type[WechatError]
) -> None:
    api.on(FILE, answer)

    with pytest.raises(WechatError) as caught:
        fetch(http)

    assert type(caught.value) is kind
    assert "canary" not in str(caught.value)


def test_a_file_that_drips_for_ever_is_given_up(http: Http, api: FakeApi) -> None:
    api.on(FILE, Drip)

    with pytest.raises(Transient):
        fetch(http, seconds=0.3)


def test_an_answer_too_long_may_come_another_time(http: Http, api: FakeApi) -> None:
    api.on("/cgi-bin/x", Page(b" " * (answers.MAX_ANSWER + 1), kind="application/json"))

    assert type(failure(http)) is Transient
