"""The events that wechatpy 1.8.18 lacks or reads as they were before 2021, as classes of its kind.

Ours stand in its table even where a newer wechatpy has its own: those fail on rows that are not
wrapped, and here the rows have been brought into one list before.
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


class MediaCheckEvent(BaseEvent):
    """The verdict on a picture or recording sent to the content check earlier."""

    event = "wxa_media_check"
    trace_id = StringField("trace_id")
    errcode = IntegerField("errcode", 0)
    result = BaseField("result", {})
    detail = BaseField("detail", [])


OWN_EVENTS = (
    SubscribeMsgPopupEvent,
    SubscribeMsgChangeEvent,
    SubscribeMsgSentEvent,
    MediaCheckEvent,
)
for _own in OWN_EVENTS:
    EVENT_TYPES[_own.event] = _own


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
