import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from server.store import MemoryStore
from server.wechat.client import MiniProgram, OfficialAccount, Wechat, open_wechat
from server.wechat.errors import (
    CallRejected,
    Misconfigured,
    RateLimited,
    StaleToken,
    Transient,
    WechatError,
)
from server.wechat.http import Http
from server.wechat.official import Link
from server.wechat.token import TokenKeeper
from tests.clock import Clock
from tests.knobs import make_settings
from tests.server.wechat.fake_api import TOKEN_PATH, FakeApi, Hang, Page
from tests.server.wechat.letters import APP_ID, an_app

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
BIZ = "/cgi-bin/message/subscribe/bizsend"
SUBSCRIPTION = "/cgi-bin/message/subscribe/send"
EMPLOYEE = "/cgi-bin/message/wxopen/employeerelationmsg/send"
LOGIN = "/sns/jscode2session"
PHONE = "/wxa/business/getuserphonenumber"
STALE = {"errcode": 40001, "errmsg": "invalid credential rid: 1-2-3"}


@pytest.fixture
def official(http: Http, tokens: TokenKeeper, api: FakeApi, clock: Clock) -> OfficialAccount:
    api.tokens("token-1", "token-2", "token-3")
    return OfficialAccount(an_app(), http, tokens, clock)


@pytest.fixture
def miniprogram(http: Http, tokens: TokenKeeper, api: FakeApi, clock: Clock) -> MiniProgram:
    api.tokens("token-1", "token-2", "token-3")
    return MiniProgram(an_app(), http, tokens, clock)


def test_a_customer_service_message_is_sent(official: OfficialAccount, api: FakeApi) -> None:
    official.send_text("o1", "您报名成功")

    assert api.last(CUSTOM).query == {"access_token": "token-1"}
    assert api.last(CUSTOM).body == {
        "touser": "o1",
        "msgtype": "text",
        "text": {"content": "您报名成功"},
    }
    assert "您报名成功".encode() in api.last(CUSTOM).raw


def test_a_question_with_answers_to_tap_is_sent(official: OfficialAccount, api: FakeApi) -> None:
    official.send_choices("o1", "接受吗？", [("1", "接受"), ("2", "放弃")], "谢谢")

    assert api.last(CUSTOM).body["msgmenu"] == {
        "head_content": "接受吗？",
        "list": [{"id": "1", "content": "接受"}, {"id": "2", "content": "放弃"}],
        "tail_content": "谢谢",
    }


def test_a_template_message_is_sent(official: OfficialAccount, api: FakeApi) -> None:
    api.on(TEMPLATE, {"errcode": 0, "msgid": 200163836})

    msgid = official.send_template("o1", "t1", {"thing1": "清扫"}, Link(url="http://x"), "n-7")

    assert msgid == "200163836"
    assert api.last(TEMPLATE).body == {
        "touser": "o1",
        "template_id": "t1",
        "data": {"thing1": {"value": "清扫"}},
        "url": "http://x",
        "client_msg_id": "n-7",
    }


def test_what_is_not_given_is_not_sent(official: OfficialAccount, api: FakeApi) -> None:
    official.send_template("o1", "t1", {})

    assert api.last(TEMPLATE).body == {"touser": "o1", "template_id": "t1", "data": {}}


def test_a_subscription_message_is_sent(official: OfficialAccount, api: FakeApi) -> None:
    assert official.send_subscription("o1", "t1", {"thing1": "x"}, Link(url="http://x")) == ""
    assert official.send_subscription("o1", "t1", {"thing1": "x"}) == ""

    first, second = (asked.body for asked in api.asked if asked.path == BIZ)
    assert (first["page"], "page" in second) == ("http://x", False)


def test_a_message_may_lead_into_the_mini_program(official: OfficialAccount, api: FakeApi) -> None:
    link = Link(app_id="wx1", page="pages/a")

    official.send_template("o1", "t1", {}, link)
    official.send_subscription("o1", "t1", {}, link)

    page = {"appid": "wx1", "pagepath": "pages/a"}
    assert api.last(TEMPLATE).body["miniprogram"] == page
    assert api.last(BIZ).body["miniprogram"] == page


def test_the_data_of_a_message_to_staff_is_a_text_of_json(
    miniprogram: MiniProgram, api: FakeApi
) -> None:
    miniprogram.send_to_employee("m1", "t1", {"thing1": "清扫"}, "pages/a")

    assert api.last(EMPLOYEE).body == {
        "touser": "m1",
        "template_id": "t1",
        "page": "pages/a",
        "data": '{"data": {"thing1": {"value": "清扫"}}}',
    }


@pytest.mark.parametrize(
    ("answer", "unionid", "following"),
    [
        ({"subscribe": 1, "openid": "o1", "unionid": "u1"}, "u1", True),
        ({"subscribe": "1", "openid": "o1"}, None, True),
        ({"subscribe": 0, "openid": "o1", "unionid": ""}, None, False),
        ({"openid": "o1", "unionid": 5}, None, False),
    ],
)
def test_a_follower_is_asked_for(
    official: OfficialAccount,
    api: FakeApi,
    answer: dict[str, object],
    unionid: str | None,
    following: bool,
) -> None:
    api.on("/cgi-bin/user/info", answer)

    found = official.follower("o1")

    assert (found.openid, found.unionid, found.following) == ("o1", unionid, following)
    assert api.last("/cgi-bin/user/info").query["openid"] == "o1"
    assert "o1" not in repr(found)


def test_a_menu_is_made_in_plain_utf8(official: OfficialAccount, api: FakeApi) -> None:
    official.create_menu([{"name": "活动", "type": "click", "key": "activities"}])

    assert "活动".encode() in api.last("/cgi-bin/menu/create").raw


def test_a_scene_code_is_made_for_a_while_or_for_good(
    official: OfficialAccount, api: FakeApi
) -> None:
    path = "/cgi-bin/qrcode/create"
    api.on(path, {"ticket": "t", "expire_seconds": 60, "url": "http://x"})

    assert official.create_qrcode("station:1").ticket == "t"
    assert api.last(path).body["action_name"] == "QR_LIMIT_STR_SCENE"
    assert official.create_qrcode("station:1", 10**9).url == "http://x"
    assert api.last(path).body["expire_seconds"] == 2_592_000
    assert api.last(path).body["action_info"] == {"scene": {"scene_str": "station:1"}}


def test_a_login_tells_who_it_is(miniprogram: MiniProgram, api: FakeApi) -> None:
    api.on(LOGIN, {"openid": "m1", "session_key": "canary-key", "unionid": "u1"})

    found = miniprogram.session_of("c-1")

    assert (found.openid, found.unionid, found.session_key) == ("m1", "u1", "canary-key")
    assert "canary" not in repr(found)
    assert api.last(LOGIN).query == {
        "appid": APP_ID,
        "secret": "canary-app-secret",
        "js_code": "c-1",
        "grant_type": "authorization_code",
    }
    assert api.count() == 0


@pytest.mark.parametrize("answer", [{}, {"openid": 7}, {"openid": "a b"}, Page()])
def test_a_login_without_a_person_is_transient(
    miniprogram: MiniProgram, api: FakeApi, answer: object
) -> None:
    api.on(LOGIN, answer)

    with pytest.raises(Transient):
        miniprogram.session_of("c-1")


def test_an_account_without_a_union_is_only_an_openid(
    miniprogram: MiniProgram, api: FakeApi
) -> None:
    api.on(LOGIN, {"openid": "m1", "session_key": "k", "unionid": 7})

    assert miniprogram.session_of("c-1").unionid is None


@pytest.mark.parametrize("code", [40029, 40163])
def test_a_used_code_is_the_phones_to_renew(
    miniprogram: MiniProgram, api: FakeApi, code: int
) -> None:
    api.on(LOGIN, {"errcode": code, "errmsg": "invalid code"})

    with pytest.raises(CallRejected) as caught:
        miniprogram.session_of("c-1")
    assert caught.value.login_again
    assert api.count(LOGIN) == 1


@pytest.mark.parametrize("code", ["", " ", "活", "a\nb", "x" * 513])
def test_what_cannot_be_a_code_is_not_asked_about(
    miniprogram: MiniProgram, api: FakeApi, code: str
) -> None:
    for ask in (miniprogram.session_of, miniprogram.phone_of):
        with pytest.raises(CallRejected) as caught:
            ask(code)
        assert caught.value.login_again
    assert api.asked == []


@pytest.mark.parametrize(
    ("info", "number"),
    [
        ({"phoneNumber": "13800000001", "purePhoneNumber": "13800000001", "countryCode": "86"}, 0),
        ({"phoneNumber": "+8613800000001", "purePhoneNumber": "13800000001", "countryCode": 86}, 0),
        ({"phoneNumber": "13800000001"}, 0),
        ({"phoneNumber": "+85291234567", "purePhoneNumber": "91234567", "countryCode": "852"}, 1),
    ],
)
def test_a_phone_number_is_told(
    miniprogram: MiniProgram, api: FakeApi, info: dict[str, object], number: int
) -> None:
    api.on(PHONE, {"errcode": 0, "phone_info": info})

    assert miniprogram.phone_of("p-1") == ("13800000001", "+85291234567")[number]
    assert api.last(PHONE).body == {"code": "p-1"}


@pytest.mark.parametrize("answer", [{}, {"phone_info": []}, {"phone_info": {"phoneNumber": "x"}}])
def test_an_answer_without_a_number_is_transient(
    miniprogram: MiniProgram, api: FakeApi, answer: dict[str, object]
) -> None:
    api.on(PHONE, answer)

    with pytest.raises(Transient):
        miniprogram.phone_of("p-1")


def test_the_miniprogram_sends_as_its_page_demands(miniprogram: MiniProgram, api: FakeApi) -> None:
    api.on(SUBSCRIPTION, {"errcode": 0, "msgid": 7})

    assert miniprogram.send_subscription("m1", "t1", {"thing1": "清扫"}, "pages/a") == "7"
    miniprogram.send_text("m1", "好")

    assert api.last(SUBSCRIPTION).body == {
        "touser": "m1",
        "template_id": "t1",
        "data": {"thing1": {"value": "清扫"}},
        "miniprogram_state": "formal",
        "lang": "zh_CN",
        "page": "pages/a",
    }
    assert api.last(CUSTOM).body["text"] == {"content": "好"}


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_is_renewed_and_the_call_made_again(
    official: OfficialAccount, api: FakeApi, code: int
) -> None:
    api.on(CUSTOM, {"errcode": code, "errmsg": "stale"}, {"errcode": 0})

    official.send_text("o1", "好")

    asked = [each.query["access_token"] for each in api.asked if each.path == CUSTOM]
    assert asked == ["token-1", "token-2"]
    assert api.count() == 2


def test_a_token_refused_once_by_mistake_serves_again(
    official: OfficialAccount, api: FakeApi
) -> None:
    api.tokens("token-1")
    api.on(CUSTOM, STALE, {"errcode": 0})

    official.send_text("o1", "好")

    assert api.count(CUSTOM) == 2


@pytest.mark.parametrize("same", [True, False])
def test_a_server_that_always_refuses_causes_one_refresh_a_call(
    official: OfficialAccount, api: FakeApi, same: bool
) -> None:
    numbers = iter(range(1000))
    api.on(CUSTOM, STALE)
    api.tokens(
        "token-1" if same else lambda _: {"access_token": f"t{next(numbers)}", "expires_in": 7200}
    )

    for call in range(1, 11):
        fetched = api.count()
        with pytest.raises(StaleToken) as caught:
            official.send_text("o1", "好")
        assert caught.value.code == 40001
        assert api.count() - fetched <= (2 if call == 1 else 1)
        assert api.count(CUSTOM) <= 2 * call


def test_a_client_that_retries_by_recursion_would_never_end(
    http: Http, tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    """The control: what wechatpy does with a server that always refuses."""
    api.on(CUSTOM, STALE)
    numbers = iter(range(10_000))
    api.tokens(lambda _: {"access_token": f"t{next(numbers)}", "expires_in": 7200})

    def naive(depth: int) -> int:
        stale = tokens.token(clock())
        try:
            http.post(CUSTOM, {"access_token": stale}, {})
        except StaleToken:
            tokens.refresh(stale, clock())
            return depth if depth == 30 else naive(depth + 1)
        return depth

    assert naive(1) == 30
    assert api.count() == 31


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"errcode": 45015, "errmsg": "out of response count"}, CallRejected),
        ({"errcode": 45009, "errmsg": "quota"}, RateLimited),
        ({"errcode": 48001, "errmsg": "unauthorised"}, CallRejected),
        ({"errcode": 40164, "errmsg": "invalid ip"}, Misconfigured),
        (Page(), Transient),
        (Page(status=502), Transient),
    ],
)
def test_other_failures_are_not_repeated(
    official: OfficialAccount, api: FakeApi, answer: object, kind: type[WechatError]
) -> None:
    api.on(CUSTOM, answer)

    with pytest.raises(kind):
        official.send_text("o1", "好")
    assert api.count(CUSTOM) == 1
    assert api.count() == 1


@pytest.fixture
def wechat(api: FakeApi, clock: Clock) -> Iterator[Wechat]:
    settings = make_settings("sqlite://", wechat_api_url=f"{api.url}/")
    with closing(open_wechat(settings, MemoryStore(), clock)) as wechat:
        yield wechat


def test_both_apps_are_opened_with_tokens_of_their_own(wechat: Wechat, api: FakeApi) -> None:
    api.tokens(lambda asked: {"access_token": asked.body["appid"], "expires_in": 7200})

    wechat.official.send_text("o1", "好")
    wechat.miniprogram.send_subscription("m1", "t1", {})

    assert api.last(CUSTOM).query["access_token"] == wechat.official.app.app_id
    assert api.last(SUBSCRIPTION).query["access_token"] == wechat.miniprogram.app.app_id
    assert api.last(SUBSCRIPTION).body["miniprogram_state"] == "developer"
    assert wechat.official.app.app_id != wechat.miniprogram.app.app_id


@pytest.mark.parametrize(
    "answer",
    [{"errcode": 40029, "errmsg": "canary-code is used"}, Page(), Page(status=302)],
)
@pytest.mark.parametrize("ask", [MiniProgram.session_of, MiniProgram.phone_of])
def test_no_call_tells_a_secret(
    miniprogram: MiniProgram,
    api: FakeApi,
    caplog: pytest.LogCaptureFixture,
    answer: Any,
    ask: Callable[[MiniProgram, str], object],
) -> None:
    caplog.set_level(logging.DEBUG)
    api.tokens("canary-token")
    for path in (LOGIN, PHONE):
        api.on(path, answer)

    with pytest.raises(WechatError) as caught:
        ask(miniprogram, "canary-code")

    assert "canary" not in f"{caplog.text}{caught.value!r}{caught.value.__context__!r}"


def test_a_hang_of_the_token_endpoint_ends_the_call_in_time(
    official: OfficialAccount, api: FakeApi
) -> None:
    api.tokens(Hang)

    with pytest.raises(Transient, match=TOKEN_PATH):
        official.send_text("o1", "好")
    assert api.count(CUSTOM) == 0
