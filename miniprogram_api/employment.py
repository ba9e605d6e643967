"""用工关系: what to ask staff to bind, and what they answered."""

from typing import Annotated, Literal

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Out
from miniprogram_api.subscriptions import TemplateMissing, TemplateOut
from miniprogram_api.texts import NO_NUL
from server.notices import employment
from server.notices.employment import NotStaff
from server.notices.kinds import Way

api = Api("employment", __name__)


class EmploymentOut(Out):
    """Whether the account is bound, and which templates to ask staff for.

    They are for `wx.bindEmployeeRelation`, later for `wx.requestSubscribeEmployeeMessage`; whoever
    holds no post gets none.
    """

    model_config = exampled(
        {
            "bound": False,
            "templates": [{"id": "tpl-staff", "purpose": "progress", "lasting": True}],
        }
    )

    bound: bool
    templates: list[TemplateOut]


class AllowedIn(Strict):
    """What was answered for one template."""

    template: Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]
    answer: Literal["accept", "reject"]


class EmploymentIn(Strict):
    """What `wx.bindEmployeeRelation` came back with: its `bindingStatus`, and each template."""

    model_config = exampled(
        {"binding": "accept", "answers": [{"template": "tpl-staff", "answer": "accept"}]}
    )

    binding: Literal["accept", "reject", ""]
    answers: Annotated[list[AllowedIn], Field(default_factory=list, max_length=employment.MOST)]


@api.get("/me/employment")
def show(call: Call) -> EmploymentOut:
    """Tell whether one is bound as staff, and which messages to ask for."""
    return _shown(call)


@api.put("/me/employment", refuses=(NotStaff, TemplateMissing))
def answer(call: Call, body: EmploymentIn) -> EmploymentOut:
    """Note what a member of staff answered; whoever is not bound any more is told otherwise."""
    ours = call.runtime.settings.templates.named(Way.EMPLOYEE).values()
    answers = {each.template: each.answer for each in body.answers}
    if not answers.keys() <= set(ours):
        raise TemplateMissing
    me = call.me
    if body.binding == "accept":
        employment.bind(call.session, me.person_id, me.account_id, answers, call.now)
    else:
        employment.unbind(call.session, me.account_id)
    return _shown(call)


def _shown(call: Call) -> EmploymentOut:
    settings, me = call.runtime.settings, call.me
    found = employment.asks(call.session, me.person_id, me.account_id, call.now, settings)
    return EmploymentOut(
        bound=employment.is_bound(call.session, me.account_id),
        templates=list(map(TemplateOut.of, found)),
    )
