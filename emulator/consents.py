"""People's answers to "may we send you this?" and the events that tell the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emulator.ledger import Answer
from emulator.messages import Fields, Message, Value
from emulator.people import Person
from emulator.settings import AppName
from emulator.templates import Template
from emulator.world import World

POPUP_SCENE = {"official": "1", "miniprogram": "0"}
SPOKEN = {"accept": "允许", "reject": "拒绝", "turn_off": "关闭"}


@dataclass(frozen=True, slots=True)
class Answered:
    """One template and what the person said to it."""

    template: Template
    answer: Answer


def popup(world: World, person: Person, app: AppName, answers: Sequence[Answered]) -> Message:
    """Note answers given in the pop-up and return the event that tells them."""
    rows = []
    for each in answers:
        world.ledger.answer(app, person.openid(app), each.template, each.answer)
        row = {"TemplateId": each.template.id, "SubscribeStatusString": each.answer}
        rows.append(row | {"PopupScene": POPUP_SCENE[app]})
    return list_event(world, app, person, ("subscribe_msg_popup_event", rows))


def change(world: World, person: Person, app: AppName, template: Template) -> Message:
    """Note that the person turned a template off in the settings; the event tells it."""
    world.ledger.answer(app, person.openid(app), template, "turn_off")
    rows = [{"TemplateId": template.id, "SubscribeStatusString": "reject"}]
    return list_event(world, app, person, ("subscribe_msg_change_event", rows))


def sent(
    world: World, person: Person, app: AppName, template: Template, msgid: int, status: str
) -> Message:
    """Return the event that tells how a subscription message fared."""
    ok = status == "success"
    row = {"TemplateId": template.id, "MsgID": str(msgid)}
    row |= {"ErrorCode": "0" if ok else "-1", "ErrorStatus": status}
    return list_event(world, app, person, ("subscribe_msg_sent_event", [row]))


def job_finished(world: World, person: Person, msgid: int, status: str) -> Message:
    """Return the event that tells how a template message fared."""
    fields = _head(world, "official", person, "TEMPLATESENDJOBFINISH")
    fields |= {"MsgID": msgid, "Status": status}
    return Message("official", person.official_openid, "模板消息结果", fields)


def list_event(
    world: World, app: AppName, person: Person, event: tuple[str, Sequence[Mapping[str, str]]]
) -> Message:
    """Return an event with a list: wrapped in XML, bare in JSON (one row: an object)."""
    name, rows = event
    head = _head(world, app, person, name)
    wrapper = "".join(part.capitalize() for part in name.split("_"))
    bare: Fields = {
        **head,
        # the documented samples of these events have the time as a string
        "CreateTime": str(head["CreateTime"]),
        "List": rows[0] if len(rows) == 1 else rows,
    }
    fields: Fields = {**head, wrapper: {"List": rows}}
    return Message(app, person.openid(app), TITLES[name], fields, json_fields=bare)


def _head(world: World, app: AppName, person: Person, event: str) -> dict[str, Value]:
    return {
        "ToUserName": world.settings.account(app).original_id,
        "FromUserName": person.openid(app),
        "CreateTime": int(world.clock.now().timestamp()),
        "MsgType": "event",
        "Event": event,
    }


TITLES = {
    "subscribe_msg_popup_event": "订阅消息：弹窗选择",
    "subscribe_msg_change_event": "订阅消息：设置变更",
    "subscribe_msg_sent_event": "订阅消息：发送结果",
}
