"""One's own page: profile, consents, linked accounts, phone."""

from typing import Annotated

from pydantic import Field, StringConstraints

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.login import WechatCode
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Moment, Out, PersonOut
from miniprogram_api.texts import NAME
from miniprogram_api.wechat import PhoneAgain, WechatAway, asked
from server.limits import CannotCount, TooManyGuesses
from server.people import ages, consents, linking, profile
from server.people.ages import NotBornYet
from server.people.consents import Purpose, TextChanged
from server.people.joining import CannotJoin
from server.people.linking import LinkedAlready, OwnLinkCode, WrongLinkCode
from server.people.models import Channel
from server.people.sessions import Caller
from server.runtime import Runtime
from server.volunteers.attendance import leading

api = Api("me", __name__)


class ConsentIn(Strict):
    """Agreement with one version of a text, or taking it back."""

    granted: bool
    version: Annotated[int, Field(ge=1, le=10_000)] | None = None


class MeIn(Strict):
    """What to change; what is not named stays."""

    model_config = exampled(
        {"name": "示例·李明", "birth_year": 1968, "consents": {"service": True}}
    )

    name: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=NAME)] | None
    ) = None
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    consents: dict[Purpose, bool | ConsentIn] = Field(default_factory=dict)


class LinkIn(Strict):
    """The six digits that the other app showed."""

    model_config = exampled({"code": "042137"})

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class LinkCodeOut(Out):
    """Six digits to be typed in the other app as “绑定 042137”."""

    model_config = exampled({"code": "042137", "expires_at": "2026-03-09T09:10:00+08:00"})

    code: str
    expires_at: Moment


class PhoneIn(Strict):
    """The code that WeChat's phone button gave; not that of `wx.login`."""

    model_config = exampled({"code": "0b7Ty000phone"})

    code: WechatCode


@api.get("/me")
def me(call: Call) -> PersonOut:
    """Tell what we know of the person who asks."""
    return _shown(call, call.person_id)


@api.patch("/me", refuses=(NotBornYet, TextChanged))
def change(call: Call, body: MeIn) -> PersonOut:
    """Change one's name, year of birth or consents; what is not named stays.

    A year that makes a minor older counts once staff have seen a document: until then it stands
    in `birth_year_claimed`.
    """
    who = call.session, call.person_id
    if body.name is not None:
        profile.rename(*who, body.name, vault=call.runtime.vault)
    if body.birth_year is not None:
        ages.declare(*who, body.birth_year, call.now, Channel.MINIPROGRAM)
    for purpose, answer in body.consents.items():
        _consent(call, purpose, answer)
    return _shown(call, call.person_id)


def _count_guess(runtime: Runtime, caller: Caller, _body: LinkIn) -> None:
    runtime.limits.guess(caller.person_id)


@api.post(
    "/me/link",
    fetch=_count_guess,
    limit="sensitive",
    refuses=(WrongLinkCode, OwnLinkCode, LinkedAlready, CannotJoin, TooManyGuesses, CannotCount),
)
def link(call: Call, body: LinkIn) -> PersonOut:
    """Join the account that showed the code with this one: from now on they are one person."""
    person_id = linking.redeem(
        call.session, call.person_id, body.code, call.now, vault=call.runtime.vault
    )
    return _shown(call, person_id)


@api.post("/me/link-code", limit="sensitive")
def link_code(call: Call) -> LinkCodeOut:
    """Show a code to be typed in the chat; good once and for ten minutes."""
    offered = linking.offer(call.session, call.person_id, call.now, vault=call.runtime.vault)
    return LinkCodeOut.model_validate(offered)


@api.post("/me/move-code", limit="sensitive")
def move_code(call: Call) -> LinkCodeOut:
    """Show a code by which a new WeChat takes over everything here; good once, ten minutes.

    It is typed in the new WeChat's chat (换微信 CODE) or given to `POST /me/link`; the old WeChat
    is nobody's account afterwards.
    """
    who = call.session, call.person_id, call.now
    offered = linking.offer(*who, moves=True, vault=call.runtime.vault)
    return LinkCodeOut.model_validate(offered)


def _ask_phone(runtime: Runtime, _caller: Caller, body: PhoneIn) -> str:
    with asked(PhoneAgain):
        return runtime.wechat.miniprogram.phone_of(body.code)


@api.post("/me/phone", fetch=_ask_phone, limit="sensitive", refuses=(PhoneAgain, WechatAway))
def phone(call: Call, body: PhoneIn, fetched: str) -> PersonOut:
    """Put down the number that WeChat verified; whom staff registered under it is joined."""
    profile.set_phone(call.session, call.person_id, fetched, vault=call.runtime.vault)
    who = call.session, call.person_id, call.now
    return _shown(call, linking.follow_phone(*who, vault=call.runtime.vault))


def _consent(call: Call, purpose: Purpose, answer: bool | ConsentIn) -> None:
    given = ConsentIn(granted=answer) if isinstance(answer, bool) else answer
    if not given.granted:
        consents.withdraw(
            call.session, call.person_id, purpose, call.now, channel=Channel.MINIPROGRAM
        )
        return
    consents.grant(
        call.session,
        call.person_id,
        purpose,
        call.now,
        channel=Channel.MINIPROGRAM,
        version=given.version,
    )


def _shown(call: Call, person_id: int) -> PersonOut:
    known = profile.of(call.session, person_id, vault=call.runtime.vault)
    return PersonOut.of(known, leads=leading.leads_any(call.session, person_id))
