"""用工关系: a person binds their account, and allows what the mini-program asks for with it.

The platform tells nobody but the mini-program, which gets what `wx.bindEmployeeRelation` and
`wx.requestSubscribeEmployeeMessage` give.
"""

from typing import Annotated, Literal

from flask import Blueprint, abort
from pydantic import Field

from emulator.control.deeds import Strict
from emulator.control.people import person_of
from emulator.ledger import Answer
from emulator.people import Person
from emulator.phone import NotNow
from emulator.platform import platform
from emulator.reading import read_body
from emulator.world import World

employees = Blueprint("employees", __name__, url_prefix="/_/people/<person_id>")
MOST = 6
SPOKEN = {"accept": "绑定了用工关系", "reject": "没有绑定用工关系", "end": "解除了用工关系"}


class Binding(Strict):
    """What the person answers: to the binding ("" once they are bound), and to each template."""

    binding: Literal["accept", "reject", "end", ""] = "accept"
    answers: Annotated[
        dict[str, Literal["accept", "reject"]], Field(default_factory=dict, max_length=MOST)
    ]


@employees.post("/employee_relation")
def bind(person_id: str) -> dict[str, str]:
    """Bind or end it, allow templates, and return what the mini-program is told."""
    given, person = read_body(Binding), person_of(person_id)
    with platform().world.lock:
        world = platform().world
        _bind(world, person, given)
        said = {"bindingStatus": "accept" if person.employed else "reject"}
        return said | (given.answers if person.employed else {})


def _bind(world: World, person: Person, given: Binding) -> None:
    if not given.binding and not person.employed:
        raise NotNow("还没有绑定用工关系")
    if given.binding:
        person.employed = given.binding == "accept"
        now = world.clock.now()
        world.chat.add(person.id, ("me", "event", SPOKEN[given.binding]), now, "miniprogram")
    for template_id, answer in given.answers.items():
        template = world.template("miniprogram", template_id)
        if template is None or not template.employee:
            abort(404, "没有这个消息模板")
        if person.employed:
            said: Answer = "accept" if answer == "accept" else "turn_off"
            world.ledger.answer("miniprogram", person.miniprogram_openid, template, said)
