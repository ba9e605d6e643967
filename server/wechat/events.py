"""The messages that wechatpy 1.8.18 lacks, as classes of its own kind.

A newer wechatpy may know some of them; its class wins then.
"""

from typing import Any

from wechatpy.events import EVENT_TYPES, BaseEvent
from wechatpy.fields import BaseField, IntegerField, StringField
from wechatpy.messages import MESSAGE_TYPES, BaseMessage, UnknownMessage


class SubscribeMsgEvent(BaseEvent):
    """Answers to, changes of, or results of subscription messages; `rows` holds one dict each."""

    rows = BaseField("List", [])


class SubscribeMsgPopupEvent(SubscribeMsgEvent):
    """A person answered the question whether we may send: TemplateId, SubscribeStatusString."""

    event = "subscribe_msg_popup_event"


class SubscribeMsgChangeEvent(SubscribeMsgEvent):
    """A person took a permission back in the settings: TemplateId, SubscribeStatusString."""

    event = "subscribe_msg_change_event"


class SubscribeMsgSentEvent(SubscribeMsgEvent):
    """What became of messages sent: TemplateId, MsgID, ErrorCode (0 is delivered), ErrorStatus."""

    event = "subscribe_msg_sent_event"


class UserEnterTempSessionEvent(BaseEvent):
    """A person opened the customer-service chat of the mini-program."""

    event = "user_enter_tempsession"
    session_from = StringField("SessionFrom")


class MediaCheckEvent(BaseEvent):
    """The verdict on a picture or recording sent to the content check earlier."""

    event = "wxa_media_check"
    trace_id = StringField("trace_id")
    errcode = IntegerField("errcode", 0)
    result = BaseField("result", {})
    detail = BaseField("detail", [])


class ViewMiniprogramEvent(BaseEvent):
    """A person opened the mini-program from the menu; the key is the page."""

    event = "view_miniprogram"
    page = StringField("EventKey")
    menu_id = StringField("MenuId")


OWN_EVENTS = (
    SubscribeMsgPopupEvent,
    SubscribeMsgChangeEvent,
    SubscribeMsgSentEvent,
    UserEnterTempSessionEvent,
    MediaCheckEvent,
    ViewMiniprogramEvent,
)
for _own in OWN_EVENTS:
    EVENT_TYPES.setdefault(_own.event, _own)


def message_of(fields: dict[str, Any], kind: str, event: str) -> BaseMessage:
    """Return the fields as wechatpy's message object, `UnknownMessage` for kinds nobody knows.

    A follow through a scene code becomes `subscribe_scan` with the bare scene, as wechatpy does.
    """
    data = dict(fields)
    if kind != "event":
        message: BaseMessage = MESSAGE_TYPES.get(kind, UnknownMessage)(data)
        return message
    scene = str(data.get("EventKey") or "")
    if event == "subscribe" and scene.startswith("qrscene_"):
        event = "subscribe_scan"
        data.update(Event=event, EventKey=scene.removeprefix("qrscene_"))
    happened: BaseMessage = EVENT_TYPES.get(event, UnknownMessage)(data)
    return happened
