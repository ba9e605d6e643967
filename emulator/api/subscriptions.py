"""Subscription messages: 发送订阅消息 (mini-program) and 发送订阅通知 (official account)."""

from dataclasses import asdict

from emulator import consents
from emulator.api.call import OK, Answer, ApiError, Call, Endpoint
from emulator.chat import Line
from emulator.people import Person
from emulator.templates import Field, Flaw, Template, fill


def receiver_of(call: Call, body: Answer) -> Person:
    """Return the person whom the message is for, known to the calling application."""
    person = call.world.people.known_as(call.app, body.get("touser"))
    if person is None:
        raise ApiError(40003, "invalid openid")
    return person


def template_of(call: Call, body: Answer, banned: int) -> Template:
    """Return the message's template; `banned` is the code when it may not be used."""
    template = call.world.template(call.app, body.get("template_id"))
    if template is None or template.employee:
        raise ApiError(40037, "invalid template_id")
    if template.banned:
        raise ApiError(banned, "template is banned")
    return template


def filled(template: Template, body: Answer) -> list[Field]:
    """Return the message's fields, or refuse with 47003 naming the first bad key."""
    try:
        return fill(template, body.get("data"))
    except Flaw as flaw:
        raise ApiError(47003, f"argument invalid! {flaw}") from None


def card(template: Template, fields: list[Field], **links: object) -> Answer:
    """Return the message as the phone shows it; `links` are where a tap leads."""
    shown: Answer = {"template_id": template.id, "title": template.title}
    shown["fields"] = [asdict(each) for each in fields]
    return shown | {name: link for name, link in links.items() if isinstance(link, str)}


def as_text(template: Template, fields: list[Field]) -> str:
    """Return the message as plain lines."""
    return "\n".join([template.title, *(f"{each.label}：{each.value}" for each in fields)])


def send(call: Call) -> Answer:
    """Send a subscription message: one credit, one message, one event about it."""
    body = call.body()
    person = receiver_of(call, body)
    template = template_of(call, body, banned=43107)
    fields = filled(template, body)
    _check_manner(call, body)
    if not call.world.ledger.use(call.app, person.openid(call.app), template):
        raise ApiError(43101, "user refuse to accept the msg")
    msgid = call.world.ids.message()
    status = call.status()
    if status == "success":
        line: Line = ("account", "subscription", as_text(template, fields))
        shown = card(template, fields, page=body.get("page"))
        call.world.chat.add(person.id, line, call.now, call.app, shown, call.exchange)
    call.events.append(consents.sent(call.world, person, call.app, template, msgid, status))
    return {**OK, "msgid": msgid}


def _check_manner(call: Call, body: Answer) -> None:
    page = body.get("page", "")
    if not isinstance(page, str) or len(page) > 1024:
        raise ApiError(41030, "invalid page")
    if body.get("miniprogram_state", "formal") not in ("developer", "trial", "formal"):
        raise ApiError(47003, "argument invalid! miniprogram_state invalid")


CALLS = {
    "/cgi-bin/message/subscribe/send": Endpoint("POST", send, ("miniprogram",), one_at_a_time=True),
    "/cgi-bin/message/subscribe/bizsend": Endpoint("POST", send, ("official",)),
}
