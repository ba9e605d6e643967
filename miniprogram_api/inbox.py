"""Everything one was told, and that one has seen it."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from server import cursors
from server.notices import inbox
from server.notices.inbox import BadCursor, MessageMissing

api = Api("inbox", __name__)

EXAMPLE_MESSAGE = {
    "id": "41",
    "kind": "volunteers.reminder",
    "at": "2026-03-10T09:00:00+08:00",
    "title": "活动提醒",
    "text": "活动提醒：社区图书角整理\n时间：3月11日（周三）09:00",
    "read": False,
    "reached": True,
}


class InboxQuery(Strict):
    """Which page of the list."""

    cursor: Annotated[str, Field(pattern=cursors.SHAPE)] | None = None
    limit: Limit = 20


class MessageOut(Out):
    """A message as it was told; what went along with it stands in it, numbered.

    `read` tells whether it was seen here, `reached` whether WeChat took it to the person.
    """

    model_config = exampled(EXAMPLE_MESSAGE)

    id: Id
    kind: str
    at: Moment
    title: str
    text: str
    read: bool
    reached: bool


class InboxOut(Out):
    """A page of messages, the newest first, and how many of all were not seen here."""

    model_config = exampled({"items": [EXAMPLE_MESSAGE], "next_cursor": None, "unread": 1})

    items: list[MessageOut]
    next_cursor: str | None
    unread: int


class ReadIn(Strict):
    """The newest message one has seen."""

    model_config = exampled({"up_to": "41"})

    up_to: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]


class UnreadOut(Out):
    """How many messages were not seen here."""

    model_config = exampled({"unread": 0})

    unread: int


@api.get("/inbox", refuses=(BadCursor,))
def messages(call: Call, query: InboxQuery) -> InboxOut:
    """List what one was told, the newest first, also what could not be sent by WeChat."""
    page = inbox.browse(call.session, call.person_id, query.cursor, query.limit)
    return InboxOut(
        items=[MessageOut.model_validate(each) for each in page.items],
        next_cursor=page.next_cursor,
        unread=inbox.unread(call.session, call.person_id).number,
    )


@api.post("/inbox/read", refuses=(MessageMissing,))
def mark_read(call: Call, body: ReadIn) -> UnreadOut:
    """Note that one has seen this message and all older ones; again changes nothing."""
    inbox.mark_read(call.session, call.person_id, int(body.up_to), call.now)
    return UnreadOut(unread=inbox.unread(call.session, call.person_id).number)
