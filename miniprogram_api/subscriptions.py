"""Subscription messages: what to ask the person for, and what they answered."""

from typing import Annotated, Literal

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Out
from miniprogram_api.texts import NO_NUL
from server.errors import Missing
from server.notices import asking, credits
from server.notices.asking import Ask
from server.notices.kinds import Way
from server.notices.models import Source

api = Api("subscriptions", __name__)


class TemplateMissing(Missing):
    """No template of ours bears this id."""

    code = "notices.template_missing"


class AskQuery(Strict):
    """What the person is about to do."""

    for_: Annotated[
        Literal["signup", "waitlist", "offer", "need", "certificate", "record", "team", "star"],
        Field(alias="for"),
    ] = "signup"


class TemplateOut(Out):
    """A template to ask for, and what it is good for; `lasting`: one yes is for good."""

    id: str
    purpose: str
    lasting: bool = False

    @classmethod
    def of(cls, ask: Ask) -> "TemplateOut":
        """Write one down."""
        return cls(id=ask.id, purpose=ask.name, lasting=ask.lasting)


class AskOut(Out):
    """What to hand to `wx.requestSubscribeMessage`: three at most, never lasting beside others."""

    model_config = exampled(
        {"templates": [{"id": "tpl-offer", "purpose": "offer", "lasting": False}]}
    )

    templates: list[TemplateOut]


class AnswerIn(Strict):
    """What `wx.requestSubscribeMessage` came back with for one template."""

    model_config = exampled({"template": "tpl-offer", "answer": "accept"})

    template: Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]
    answer: Literal["accept", "reject", "ban", "filter"]


class AnswerOut(Out):
    """What was noted."""

    model_config = exampled({"template": "tpl-offer", "answer": "accept"})

    template: str
    answer: str


@api.get("/subscriptions/ask")
def ask(call: Call, query: AskQuery) -> AskOut:
    """Tell which messages to ask the person for at this tap.

    None for whoever wants no notices; what they allow for good already is left out.
    """
    settings, me = call.runtime.settings, call.me
    found = asking.ask(call.session, me.person_id, me.account_id, query.for_, settings)
    return AskOut(templates=list(map(TemplateOut.of, found)))


@api.post("/subscriptions", refuses=(TemplateMissing,))
def answer(call: Call, body: AnswerIn) -> AnswerOut:
    """Note what the person answered: each yes allows one message.

    A no takes back nothing that was allowed before; that is done in WeChat's settings, of which
    WeChat tells us itself.
    """
    templates = call.runtime.settings.templates
    if body.template not in templates.named(Way.SUBSCRIPTION).values():
        raise TemplateMissing
    if body.answer == "accept":
        lasting = templates.is_lasting(body.template)
        credits.accept(
            *(call.session, call.me.account_id, body.template, call.now, Source.CLIENT),
            lasting=lasting,
        )
    return AnswerOut.model_validate(body, from_attributes=True)
