"""Logging in with the code of `wx.login`, and logging out."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.door import lives
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import EXAMPLE_PERSON, Moment, Out, PersonOut
from miniprogram_api.wechat import LoginAgain, RiskyAccount, WechatAway, asked
from server.people import identities, linking, profile, sessions
from server.people.models import App
from server.runtime import Runtime
from server.volunteers.attendance import leading
from server.wechat.client import LoginSession

api = Api("login", __name__)

WechatCode = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
"""A code that WeChat gave to the phone; it serves once, within five minutes."""


class LoginIn(Strict):
    """The code that `wx.login` gave."""

    model_config = exampled({"code": "0a3Kx000login"})

    code: WechatCode


class LoginOut(Out):
    """What later requests must show, and who one is."""

    model_config = exampled(
        {
            "token": "Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZWFsLXRva2Vu",
            "expires_at": "2026-06-07T09:00:00+08:00",
            "person": EXAMPLE_PERSON,
        }
    )

    token: str
    expires_at: Moment
    person: PersonOut


def _ask_wechat(runtime: Runtime, _caller: None, body: LoginIn) -> LoginSession:
    with asked(LoginAgain):
        return runtime.wechat.miniprogram.session_of(body.code)


@api.post(
    "/login",
    fetch=_ask_wechat,
    limit="login",
    opened=True,
    refuses=(LoginAgain, RiskyAccount, WechatAway),
)
def log_in(call: Call, body: LoginIn, fetched: LoginSession) -> LoginOut:
    """Trade a code of `wx.login` for a token; people we do not know are met here."""
    session, vault, now = call.session, call.runtime.vault, call.now
    known = identities.welcome(session, App.MINIPROGRAM, fetched.openid, now, fetched.unionid)
    person_id = linking.follow_unionid(session, known.person_id, fetched.unionid, now, vault=vault)
    opened = sessions.start(
        session,
        known._replace(person_id=person_id),
        fetched.session_key,
        now,
        vault=vault,
        lives=lives(call.runtime.settings),
    )
    person = PersonOut.of(
        profile.of(session, person_id, vault=vault), leads=leading.leads_any(session, person_id)
    )
    return LoginOut(token=opened.token, expires_at=opened.expires_at, person=person)


@api.delete("/session")
def log_out(call: Call) -> None:
    """End this login; its token opens nothing any more."""
    sessions.revoke(call.session, call.me.session_id)
