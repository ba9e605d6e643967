"""People's answers to the question whether a template may be sent to them."""

from typing import Annotated

from flask import Blueprint, abort
from pydantic import Field

from emulator import consents
from emulator.control.deeds import Short, Step, Strict
from emulator.control.people import person_of
from emulator.ledger import Answer
from emulator.messages import Message
from emulator.options import Options
from emulator.people import Person
from emulator.phone import Phone
from emulator.platform import platform
from emulator.reading import Malformed, read_body, read_query
from emulator.settings import AppName
from emulator.world import World

answers = Blueprint("answers", __name__, url_prefix="/_/people/<person_id>")
MOST = 5  # wx.requestSubscribeMessage takes so many templates at once


class OneAnswer(Strict):
    """One template and the answer to it."""

    template_id: Short
    answer: Answer


class Answers(Strict):
    """One answer, or several of one pop-up in `answers`."""

    template_id: Short = ""
    answer: Answer | None = None
    app: AppName = "miniprogram"
    answers: Annotated[list[OneAnswer], Field(max_length=MOST, default_factory=list)]

    def all(self) -> list[OneAnswer]:
        """Return the answers, however they were given."""
        if self.answer is None:
            return self.answers
        return [OneAnswer(template_id=self.template_id, answer=self.answer), *self.answers]


@answers.post("/subscription")
def subscription(person_id: str) -> Step:
    """Answer a pop-up, or turn one template off in the settings."""
    given, options = read_body(Answers), read_query(Options)
    person = person_of(person_id)
    if not given.all():
        raise Malformed("template_id and answer must be there")
    with platform().world.lock:
        message, line = _answer(platform().world, person, given)
    return Phone(platform().pusher, person, options).push(message, line)


def _answer(world: World, person: Person, given: Answers) -> tuple[Message, str]:
    said = []
    for each in given.all():
        template = world.template(given.app, each.template_id)
        if template is None:
            abort(404, "没有这个消息模板")
        said.append(consents.Answered(template, each.answer))
    spoken = "；".join(f"{consents.SPOKEN[each.answer]}“{each.template.title}”" for each in said)
    if any(each.answer == "turn_off" for each in said):
        if len(said) > 1:
            raise Malformed("turn_off goes alone")
        return consents.change(world, person, given.app, said[0].template), spoken
    return consents.popup(world, person, given.app, said), spoken
