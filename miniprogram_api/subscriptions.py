"""Subscription messages: what to ask the person for, and what they answered."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Templates
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Out
from miniprogram_api.texts import NO_NUL
from server.errors import Missing
from server.notices import credits
from server.notices.models import Source

api = Api("subscriptions", __name__)

# WeChat asks for three at most in one go
ASKS = {
    "signup": ("reminder", "cancelled", "offer"),
    "waitlist": ("offer", "reminder", "cancelled"),
}


class TemplateMissing(Missing):
    """No template of ours bears this id."""

    code = "notices.template_missing"


class AskQuery(Strict):
    """What the person is about to do."""

    for_: Annotated[Literal["signup", "waitlist"], Field(alias="for")] = "signup"


class TemplateOut(Out):
    """A template to ask for, and what it is good for."""

    id: str
    purpose: str


class AskOut(Out):
    """What to hand to `wx.requestSubscribeMessage`."""

    model_config = exampled({"templates": [{"id": "tpl-offer", "purpose": "offer"}]})

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
    """Tell which messages to ask the person for before they do something."""
    ours = call.runtime.settings.templates.model_dump()
    wanted = [TemplateOut(id=ours[name], purpose=name) for name in ASKS[query.for_] if ours[name]]
    return AskOut(templates=wanted)


@api.post("/subscriptions", refuses=(TemplateMissing,))
def answer(call: Call, body: AnswerIn) -> AnswerOut:
    """Note what the person answered: each yes allows one message."""
    _ours(call.runtime.settings.templates, body.template)
    account = call.me.account_id
    if body.answer == "accept":
        credits.accept(call.session, account, body.template, call.now, Source.CLIENT)
    else:
        credits.reject(call.session, account, body.template)
    return AnswerOut.model_validate(body, from_attributes=True)


def _ours(templates: Templates, template: str) -> None:
    if template not in {given for given in templates.model_dump().values() if given}:
        raise TemplateMissing
