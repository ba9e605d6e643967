"""Access tokens: 获取接口调用凭据 and 获取稳定版接口调用凭据."""

from emulator import seal
from emulator.api.call import Answer, ApiError, Call, Endpoint
from emulator.settings import Account
from emulator.tokens import Token, TooManyForces


def account_of(call: Call, app_id: object, secret: object) -> Account:
    """Return the application whose id and secret these are, or refuse."""
    if not isinstance(app_id, str) or not app_id:
        raise ApiError(41002, "appid missing")
    if not isinstance(secret, str) or not secret:
        raise ApiError(41004, "appsecret missing")
    for account in (call.world.settings.official, call.world.settings.miniprogram):
        if account.app_id == app_id:
            if not seal.verify(account.secret, secret):
                raise ApiError(40125, "invalid appsecret")
            return account
    raise ApiError(40013, "invalid appid")


def token(call: Call) -> Answer:
    """Give a new token; the one before it lives five minutes more."""
    _must_be_client(call.query.get("grant_type"))
    account = account_of(call, call.query.get("appid"), call.query.get("secret"))
    _count(call, account, "/cgi-bin/token")
    return _show(call, call.world.tokens.fetch(account.name, call.now, _life(call)))


def stable_token(call: Call) -> Answer:
    """Give the token in force with its remaining life, or a new one when forced."""
    body = call.body()
    _must_be_client(body.get("grant_type"))
    account = account_of(call, body.get("appid"), body.get("secret"))
    _count(call, account, "/cgi-bin/stable_token")
    force = body.get("force_refresh", False)
    if not isinstance(force, bool):
        raise ApiError(47001, "data format error")
    tokens = call.world.tokens
    if not force:
        return _show(call, tokens.fetch_stable(account.name, call.now, _life(call)))
    try:
        return _show(call, tokens.force(account.name, call.now, _life(call)))
    except TooManyForces:
        raise ApiError(45009, "reach max api daily quota limit") from None


def checked(call: Call) -> Token:
    """Return the token that the call carries, or refuse it as WeChat does."""
    text = call.query.get("access_token", "")
    if not text:
        raise ApiError(41001, "access_token missing")
    if len(text) > 512 or not (text.isascii() and text.replace("-", "").replace("_", "").isalnum()):
        raise ApiError(40014, "invalid access_token")
    found = call.world.tokens.find(text)
    if found is None or (found.replaced_until is not None and call.now >= found.replaced_until):
        raise ApiError(40001, "invalid credential, access_token is invalid or not latest")
    if call.now >= found.expires_at:
        raise ApiError(42001, "access_token expired")
    return found


def _must_be_client(grant_type: object) -> None:
    if grant_type != "client_credential":
        raise ApiError(40002, "invalid grant_type")


def _count(call: Call, account: Account, path: str) -> None:
    if not call.world.quotas.use(account.name, path, call.now):
        raise ApiError(45009, "reach max api daily quota limit")


def _life(call: Call) -> int:
    if call.fault is not None and call.fault.kind == "short_expiry":
        return max(1, int(call.fault.number(30)))
    return call.world.knobs.token_seconds


def _show(call: Call, found: Token) -> Answer:
    if call.fault is not None and call.fault.kind == "short_expiry":
        found.shorten(call.now, _life(call))
    return {"access_token": found.text, "expires_in": found.remaining(call.now)}


CALLS = {
    "/cgi-bin/token": Endpoint("GET", token, token=False),
    "/cgi-bin/stable_token": Endpoint("POST", stable_token, token=False),
}
