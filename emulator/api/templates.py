"""Template messages of the official account: 发送模板消息."""

from datetime import timedelta

from emulator import consents
from emulator.api.call import OK, Answer, ApiError, Call, Endpoint
from emulator.api.subscriptions import as_text, card, filled, receiver_of, template_of
from emulator.chat import Line

REMEMBERED = timedelta(minutes=10)


def send(call: Call) -> Answer:
    """Send a template message; a repeated `client_msg_id` within ten minutes sends nothing."""
    body = call.body()
    person = receiver_of(call, body)
    if not person.following:
        raise ApiError(43004, "require subscribe")
    template = template_of(call, body, banned=43116)
    fields = filled(template, body)
    known = _known(call, person.official_openid, body.get("client_msg_id"))
    if isinstance(known, int):
        return {**OK, "msgid": known}
    msgid = call.world.ids.message()
    if known is not None:
        call.world.sent[known] = (call.now, msgid)
    status = call.status("failed:user block" if person.blocks_templates else "success")
    if status == "success":
        line: Line = ("account", "template", as_text(template, fields))
        shown = card(template, fields, url=body.get("url"), page=_page(body))
        call.world.chat.add(person.id, line, call.now, call.app, shown, call.exchange)
    call.events.append(consents.job_finished(call.world, person, msgid, status))
    return {**OK, "msgid": msgid}


def _known(call: Call, openid: str, client_msg_id: object) -> tuple[str, str] | int | None:
    """Return the msgid of the first send, or the key for this one, or None without an id."""
    if client_msg_id is None:
        return None
    if not isinstance(client_msg_id, str) or not 0 < len(client_msg_id) <= 128:
        raise ApiError(47003, "argument invalid! client_msg_id invalid")
    key = (openid, client_msg_id)
    at, msgid = call.world.sent.get(key, (None, 0))
    return msgid if at is not None and call.now - at < REMEMBERED else key


def _page(body: Answer) -> object:
    page = body.get("miniprogram")
    return page.get("pagepath") if isinstance(page, dict) else None


CALLS = {"/cgi-bin/message/template/send": Endpoint("POST", send, ("official",))}
