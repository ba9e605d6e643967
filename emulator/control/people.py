"""People: who there is, what they see, and their codes."""

from typing import Annotated, Any

from flask import Blueprint, abort
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from emulator.client import BadCall, Call, login_code
from emulator.people import Person
from emulator.phone import NotNow
from emulator.platform import platform
from emulator.reading import read_body, read_query

people = Blueprint("people", __name__, url_prefix="/_/people")

Name = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9]{0,15}$")]


class NewPerson(BaseModel):
    """Somebody who appears; `unionid` false: not bound to the open platform."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name
    phone: Phone = ""
    large_text: bool = False
    unionid: bool = True


class Changes(BaseModel):
    """What may change about a person; left out: stays."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name | None = None
    phone: Phone | None = None
    large_text: bool | None = None
    risky: bool | None = None
    blocks_templates: bool | None = None
    refuses_messages: bool | None = None


class After(BaseModel):
    """From where a list goes on."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(default=0, ge=0, le=10**15)


class Wish(BaseModel):
    """A request that the mini-program is to send."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    method: Annotated[str, StringConstraints(pattern="^(GET|POST|PUT|PATCH|DELETE)$")]
    path: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    body: Any = None
    headers: dict[str, str] = Field(default_factory=dict)


def person_of(person_id: str) -> Person:
    """Return the person with that id, or answer 404."""
    with platform().world.lock:
        person = platform().world.people.get(person_id)
    if person is None:
        abort(404, "没有这个人")
    return person


@people.get("")
def listed() -> dict[str, Any]:
    """List everybody."""
    with platform().world.lock:
        return {"items": [person.show() for person in platform().world.people.all()]}


@people.post("")
def add() -> tuple[dict[str, Any], int]:
    """Let a new person appear."""
    given = read_body(NewPerson)
    with platform().world.lock:
        person = platform().world.people.add(given.name, given.phone, given.unionid)
        person.large_text = given.large_text
        return person.show(), 201


@people.get("/<person_id>")
def shown(person_id: str) -> dict[str, Any]:
    """Show one person."""
    return person_of(person_id).show()


@people.patch("/<person_id>")
def change(person_id: str) -> dict[str, Any]:
    """Change a person's name, phone or flags."""
    given = read_body(Changes).model_dump(exclude_none=True)
    person = person_of(person_id)
    with platform().world.lock:
        for name, value in given.items():
            setattr(person, name, value)
        return person.show()


@people.get("/<person_id>/chat")
def chat(person_id: str) -> dict[str, Any]:
    """Return what came onto the phone after a line."""
    after = read_query(After).after
    person = person_of(person_id)
    with platform().world.lock:
        return {"items": platform().world.chat.after(person.id, after)}


@people.post("/<person_id>/login_code")
def wx_login(person_id: str) -> dict[str, str]:
    """Make a code as `wx.login` does."""
    person = person_of(person_id)
    with platform().world.lock:
        return {"code": login_code(platform().world, person)}


@people.post("/<person_id>/phone_code")
def phone_code(person_id: str) -> dict[str, str]:
    """Make a code as the button getPhoneNumber does."""
    person = person_of(person_id)
    with platform().world.lock:
        world = platform().world
        if not person.phone:
            raise NotNow("这个人没有手机号")
        return {"code": world.codes.make(person, "phone", world.clock.now())}


@people.post("/<person_id>/call")
def call(person_id: str) -> dict[str, Any]:
    """Send the mini-program's own HTTPS request to the service's REST API."""
    wish = read_body(Wish)
    person = person_of(person_id)
    try:
        request = Call(wish.method, wish.path, wish.body, wish.headers)
    except BadCall as flaw:
        abort(400, str(flaw))
    return platform().client.call(person, request)


@people.post("/<person_id>/logout")
def logout(person_id: str) -> dict[str, bool]:
    """Forget the mini-program's token, as clearing its storage does."""
    person_of(person_id).bearer = None
    return {"ok": True}
