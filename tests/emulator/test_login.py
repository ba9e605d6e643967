import pytest

from tests.clock import Clock
from tests.emulator.conftest import Desk, Json

PHONE = "/wxa/business/getuserphonenumber"


def _session(desk: Desk, code: str, **more: str) -> Json:
    own = desk.settings.miniprogram
    query = {"appid": own.app_id, "secret": own.secret, "js_code": code}
    query["grant_type"] = "authorization_code"
    return desk.get("/sns/jscode2session", token=None, **(query | more))


def _code(desk: Desk, person: Json, kind: str = "login_code") -> str:
    return str(desk.do(person, kind)["code"])


def test_a_code_becomes_a_session_once(desk: Desk) -> None:
    person = desk.person()
    code = _code(desk, person)

    session = _session(desk, code)

    assert session["openid"] == person["miniprogram_openid"]
    assert session["unionid"] == person["unionid"]
    assert len(session["session_key"]) == 24
    assert _session(desk, code)["errcode"] == 40163


def test_a_code_lives_five_minutes(desk: Desk, clock: Clock) -> None:
    code = _code(desk, desk.person())
    clock.advance(seconds=300)

    assert _session(desk, code)["errcode"] == 40029


def test_each_login_changes_the_session_key(desk: Desk) -> None:
    person = desk.person(unionid=False)

    first, second = (_session(desk, _code(desk, person)) for _ in range(2))

    assert first["session_key"] != second["session_key"]
    assert "unionid" not in first


def test_a_risky_person_is_not_let_in(desk: Desk) -> None:
    person = desk.person()
    desk.ask("PATCH", f"/_/people/{person['id']}", {"risky": True})

    assert _session(desk, _code(desk, person))["errcode"] == 40226


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"js_code": ""}, 41008),
        ({"js_code": "unknown"}, 40029),
        ({"secret": "wrong"}, 40125),
        ({"appid": "wx"}, 40013),
        ({"grant_type": "client_credential"}, 40002),
    ],
)
def test_a_wrong_login_has_its_code(desk: Desk, wrong: dict[str, str], code: int) -> None:
    assert _session(desk, _code(desk, desk.person()), **wrong)["errcode"] == code


def test_the_official_account_has_no_such_login(desk: Desk) -> None:
    own = desk.settings.official

    answer = _session(desk, "x", appid=own.app_id, secret=own.secret)

    assert answer["errcode"] == 40013


def test_a_phone_code_becomes_a_number_once(desk: Desk) -> None:
    person = desk.person(phone="13912345678")
    code = _code(desk, person, "phone_code")

    answer = desk.post(PHONE, {"code": code}, token="miniprogram")

    assert answer["phone_info"]["purePhoneNumber"] == "13912345678"
    assert answer["phone_info"]["watermark"]["appid"] == desk.settings.miniprogram.app_id
    assert desk.post(PHONE, {"code": code}, token="miniprogram")["errcode"] == 40029


def test_a_login_code_is_no_phone_code_nor_the_other_way_round(desk: Desk) -> None:
    person = desk.person()
    login, phone = _code(desk, person), _code(desk, person, "phone_code")

    assert desk.post(PHONE, {"code": login}, token="miniprogram")["errcode"] == 40029
    assert desk.post(PHONE, {"code": 7}, token="miniprogram")["errcode"] == 40029
    assert _session(desk, phone)["errcode"] == 40029


def test_only_the_mini_program_may_ask_for_a_number(desk: Desk) -> None:
    assert desk.post(PHONE, {"code": "x"})["errcode"] == 48001


def test_without_a_phone_there_is_no_phone_code(desk: Desk) -> None:
    person = desk.person()
    desk.ask("PATCH", f"/_/people/{person['id']}", {"phone": ""})

    desk.do(person, "phone_code", status=409)
