"""Messages made by hand, messages kept back, and the check of the server address."""

import re
from typing import Annotated, Any

from flask import Blueprint, abort
from pydantic import Field, StringConstraints

from emulator.chat import Line
from emulator.control.deeds import Short, Step, Strict
from emulator.control.people import person_of
from emulator.messages import Message, Value
from emulator.options import Held, Options
from emulator.people import Person
from emulator.platform import platform
from emulator.reading import Malformed, read_body, read_query
from emulator.settings import AppName
from emulator.steps import release, take_step

byhand = Blueprint("byhand", __name__, url_prefix="/_")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


class Order(Strict):
    """The order in which held messages go; empty: as they came."""

    order: list[int] = Field(default_factory=list)


class Checked(Strict):
    """Whose server address is to be checked."""

    app: AppName = "official"


class Raw(Strict):
    """A message about a person, made by hand: fields, or the very text."""

    app: AppName = "official"
    person: Short
    fields: dict[str, Any] = Field(default_factory=dict)
    raw: Annotated[str, StringConstraints(max_length=1_000_000)] | None = None
    title: Short = "自拟消息"


@byhand.post("/push")
def push() -> Step:
    """Send a message of any kind; sender, receiver and time are filled in when left out."""
    given, options = read_body(Raw), read_query(Options)
    person = person_of(given.person)
    with platform().world.lock:
        message = _message(given, person)
    line: Line = ("me", "event", given.title)
    return take_step(platform().pusher, person, message, (line, None), options)


def _message(given: Raw, person: Person) -> Message:
    world = platform().world
    openid = person.openid(given.app)
    head: dict[str, Value] = {
        "ToUserName": world.settings.account(given.app).original_id,
        "FromUserName": openid,
        "CreateTime": int(world.clock.now().timestamp()),
    }
    _check(given.fields)
    return Message(given.app, openid, given.title, head | given.fields, raw=given.raw)


def _check(value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not _NAME.fullmatch(name):
                raise Malformed(f"{name[:40]!r} is no element name")
            if isinstance(inner, list) and all(isinstance(row, dict) for row in inner):
                for row in inner:
                    _check(row)
            else:
                _check(inner)
    elif not isinstance(value, str | int) or isinstance(value, bool):
        raise Malformed("fields are texts, whole numbers, objects or lists of objects")


@byhand.get("/held")
def held() -> dict[str, Any]:
    """Show the messages kept back."""
    with platform().world.lock:
        waiting = list(platform().world.held.values())
    return {"items": [{"held": each.id, "title": each.message.title} for each in waiting]}


@byhand.post("/held")
def let_go() -> dict[str, Any]:
    """Send what was kept back, one after the other in the order given."""
    order = read_body(Order).order
    return {"items": [release(platform().pusher, each) for each in _taken(order)]}


def _taken(order: list[int]) -> list[Held]:
    with platform().world.lock:
        waiting = platform().world.held
        chosen = order or list(waiting)
        if len(set(chosen)) < len(chosen) or not set(chosen) <= set(waiting):
            abort(404, "没有这条被扣下的消息")
        return [waiting.pop(each) for each in chosen]


@byhand.post("/url_check")
def url_check() -> Step:
    """Let the service echo a text, as the console does when the address is entered."""
    given, options = read_body(Checked), read_query(Options)
    world = platform().world
    with world.lock:
        echo = world.ids.digits("echo", 19)
    return platform().pusher.check_url(world.settings.account(given.app), echo, options).show()
