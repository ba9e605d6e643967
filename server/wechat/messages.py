"""What WeChat tells us, in one shape for every app, format and kind."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wechatpy.messages import BaseMessage

from server.wechat.events import message_of
from server.wechat.xml import Fields

KINDS = frozenset(
    "text image voice video shortvideo location link miniprogrampage event".split()  # noqa: SIM905
)
LONGEST_KEY = 128
LAST_MOMENT = 4_102_444_800  # 2100-01-01

OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
NUMBER = re.compile(r"[0-9]{1,20}")
KIND = re.compile(r"[A-Za-z0-9_.-]{1,40}")
EVENT = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# what a phone may send and nobody can read: C0 but tab and line ends, DEL, C1
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

# the wrappers around the rows of subscription events; some samples mix them up, JSON has none
WRAPPERS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")
# fields that tell two events apart which share person, second, name and key
TELLING = ("List", "MsgID", "trace_id")


class Unusable(Exception):  # noqa: N818  what the message is
    """Truly from WeChat, yet we cannot use it: acknowledge it and keep it as a dead letter.

    `body` is the opened letter, `key` is the same for every repetition, `openid` and `kind`
    are empty when they could not be read. The text of the exception bears no content.
    """

    def __init__(
        self, reason: str, app: str, body: bytes, openid: str = "", kind: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.app = app
        self.body = body
        self.openid = openid
        self.kind = kind
        self.key = f"{app}:dead:{hashlib.sha256(body).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or event, whichever app and format it came from.

    `app` is "official" or "miniprogram", `event` is lower-case and empty for messages, `text` is
    what was written or recognised, `fields` holds everything as sent (leaves are texts; the rows
    of subscription events are always the list under "List"), `created_at` is UTC. `key` is equal
    for repetitions of one message and for nothing else. What is personal stays out of the repr.
    """

    app: str
    openid: str = field(repr=False)
    to: str
    kind: str
    event: str
    event_key: str = field(repr=False)
    created_at: datetime
    msg_id: str
    text: str = field(repr=False)
    fields: Fields = field(repr=False)
    key: str = field(repr=False)
    encrypted: bool

    @property
    def message(self) -> BaseMessage:
        """The wechatpy object of this message, made anew each time it is asked for."""
        return message_of(self.fields, self.kind, self.event)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of a subscription event; empty for everything else."""
        return list(self.fields.get("List", ()))


class Unclear(Exception):  # noqa: N818  what the fields are
    """A field that every message must have is missing or makes no sense."""


def incoming(app: str, fields: Fields, *, encrypted: bool) -> Incoming:
    """Return the fields of a parsed message as an `Incoming`, or raise `Unclear`."""
    kind = _matching(KIND, fields, "MsgType")
    kind = kind.lower() if kind.lower() in KINDS else kind
    event = _matching(EVENT, fields, "Event").lower() if kind == "event" else ""
    if "subscribe_msg_" in event:
        fields = _unwrapped(fields)
    openid = _matching(OPENID, fields, "FromUserName")
    created = int(_matching(NUMBER, fields, "CreateTime"))
    if created >= LAST_MOMENT:
        raise Unclear("CreateTime")
    event_key, msg_id = _leaf(fields, "EventKey"), _msg_id(fields)
    who = f"{app}:{openid}"
    return Incoming(
        app=app,
        openid=openid,
        to=_leaf(fields, "ToUserName"),
        kind=kind,
        event=event,
        event_key=event_key,
        created_at=datetime.fromtimestamp(created, UTC),
        msg_id=msg_id,
        text=_text(kind, fields),
        fields=fields,
        key=_event_key(who, created, event, event_key, fields)
        if event
        else _message_key(who, created, msg_id, fields),
        encrypted=encrypted,
    )


def _text(kind: str, fields: Fields) -> str:
    name = {"text": "Content", "voice": "Recognition"}.get(kind)
    return UNREADABLE.sub("", _leaf(fields, name)) if name else ""


def _msg_id(fields: Fields) -> str:
    msg_id = _leaf(fields, "MsgId").strip()
    if msg_id and not NUMBER.fullmatch(msg_id):
        raise Unclear("MsgId")
    return msg_id


def _message_key(who: str, created: int, msg_id: str, fields: Fields) -> str:
    if msg_id:
        return _bounded(f"{who}:{msg_id}")
    return f"{who}:{created}:{_digest(fields)[:32]}"


def _event_key(who: str, created: int, event: str, event_key: str, fields: Fields) -> str:
    """WeChat gives events no id: person and second, then name and key, then what tells apart."""
    key = f"{who}:{created}:{event}:{event_key}"
    telling = {name: fields[name] for name in TELLING if name in fields}
    return _bounded(f"{key}:{_digest(telling)[:32]}" if telling else key)


def _bounded(key: str) -> str:
    if len(key) <= LONGEST_KEY and key.isascii() and key.isprintable():
        return key
    return f"{key.partition(':')[0]}:{hashlib.sha256(key.encode()).hexdigest()}"


def _digest(fields: Fields) -> str:
    canonical = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _unwrapped(fields: Fields) -> Fields:
    """Bring the rows under "List", whether wrapped or not, one or many."""
    bare = {name: value for name, value in fields.items() if name not in WRAPPERS}
    places = [fields, *(fields[name] for name in WRAPPERS if isinstance(fields.get(name), dict))]
    rows: list[Any] = []
    for place in places:
        found = place.get("List", ())
        rows += found if isinstance(found, Sequence) and not isinstance(found, str) else [found]
    return {**bare, "List": [row for row in rows if isinstance(row, dict)]}


def _leaf(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Unclear(name)
    return value


def _matching(pattern: re.Pattern[str], fields: Fields, name: str) -> str:
    value = _leaf(fields, name).strip()
    if not pattern.fullmatch(value):
        raise Unclear(name)
    return value
