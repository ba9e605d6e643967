"""The mini-program's login and phone number: code2Session, getPhoneNumber."""

from emulator.api.call import OK, Answer, ApiError, Call, Endpoint
from emulator.api.credentials import account_of
from emulator.codes import BadCode, UsedCode


def jscode2session(call: Call) -> Answer:
    """Change a login code for openid, session key and (when bound) unionid."""
    account = account_of(call, call.query.get("appid"), call.query.get("secret"))
    if account.name != "miniprogram":
        raise ApiError(40013, "invalid appid")
    if call.query.get("grant_type", "authorization_code") != "authorization_code":
        raise ApiError(40002, "invalid grant_type")
    code = call.query.get("js_code", "")
    if not code:
        raise ApiError(41008, "missing code")
    try:
        person = call.world.codes.redeem(code, "login", call.now)
    except UsedCode:
        raise ApiError(40163, "code been used") from None
    except BadCode:
        raise ApiError(40029, "invalid code") from None
    if person.risky:
        raise ApiError(40226, "code blocked")
    person.last_visit = call.now
    session = {"openid": person.miniprogram_openid, "session_key": person.session_key}
    return session | ({"unionid": person.unionid} if person.unionid else {})


def phone_number(call: Call) -> Answer:
    """Change a phone code (not a login code) for the number."""
    code = call.body().get("code")
    if not isinstance(code, str) or not code:
        raise ApiError(40029, "invalid code")
    try:
        person = call.world.codes.redeem(code, "phone", call.now)
    except BadCode:
        raise ApiError(40029, "invalid code") from None
    app_id = call.world.settings.miniprogram.app_id
    watermark = {"timestamp": int(call.now.timestamp()), "appid": app_id}
    number = {"phoneNumber": person.phone, "purePhoneNumber": person.phone}
    return {**OK, "phone_info": number | {"countryCode": "86", "watermark": watermark}}


CALLS = {
    "/sns/jscode2session": Endpoint("GET", jscode2session, token=False),
    "/wxa/business/getuserphonenumber": Endpoint("POST", phone_number, ("miniprogram",)),
}
