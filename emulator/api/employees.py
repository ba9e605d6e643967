"""Messages to staff who are bound to the mini-program: 推送用工消息."""

from emulator.api.call import OK, Answer, ApiError, Call, Endpoint
from emulator.api.subscriptions import as_text, card
from emulator.chat import Line
from emulator.people import Person
from emulator.reading import Malformed, read_object
from emulator.templates import Field, Flaw, Template, fill

BAD_ARGUMENTS = 40097


def send(call: Call) -> Answer:
    """Send a message to somebody who is bound and allows this template; no event tells of it."""
    body = call.body()
    if not call.world.knobs.employee_relations:
        raise ApiError(43104, "this app does not have permission")
    person = call.world.people.known_as(call.app, body.get("touser"))
    if person is None:
        raise ApiError(40257, "decode touser error")
    template = _template(call, body)
    fields = _fields(template, body)
    _assure_allowed(call, person, template)
    line: Line = ("account", "subscription", as_text(template, fields))
    shown = card(template, fields, page=body.get("page"), channel="employee")
    call.world.chat.add(person.id, line, call.now, call.app, shown, call.exchange)
    return dict(OK)


def _template(call: Call, body: Answer) -> Template:
    template = call.world.template(call.app, body.get("template_id"))
    if template is None or not template.employee:
        raise ApiError(BAD_ARGUMENTS, "invalid args: template_id")
    return template


def _fields(template: Template, body: Answer) -> list[Field]:
    """Read the data, which must be a text of JSON here, and the page, which must be there."""
    page, data = body.get("page"), body.get("data")
    if not isinstance(page, str) or not page:
        raise ApiError(BAD_ARGUMENTS, "invalid args: page")
    if not isinstance(data, str):
        raise ApiError(BAD_ARGUMENTS, "invalid args: data")
    try:
        return fill(template, read_object(data.encode()).get("data"))
    except (Malformed, Flaw) as flaw:
        raise ApiError(BAD_ARGUMENTS, f"invalid args: {flaw}") from None


def _assure_allowed(call: Call, person: Person, template: Template) -> None:
    if not person.employed:
        raise ApiError(40256, "invalid employee relation")
    if not call.world.ledger.of(call.app, person.openid(call.app), template.id).lasting:
        raise ApiError(50001, "user unauthorized")


CALLS = {
    "/cgi-bin/message/wxopen/employeerelationmsg/send": Endpoint("POST", send, ("miniprogram",)),
}
