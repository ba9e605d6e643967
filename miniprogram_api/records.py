"""One's own hours: the list, one record with its versions, and disputes."""

from datetime import date
from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import WORDS
from server.people.models import Channel
from server.volunteers.hours import disputes, histories, records
from server.volunteers.hours.disputes import LONGEST
from server.volunteers.hours.histories import NEWEST, Record
from server.volunteers.hours.refusals import (
    DisputedAlready,
    NothingDisputed,
    RecordMissing,
    WordsNeeded,
)
from server.volunteers.models import DisputeState, RecordState, Source

api = Api("records", __name__)

EXAMPLE_RECORD = {
    "id": "31",
    "number": 3,
    "activity_number": 5,
    "title": "社区图书角整理",
    "day": "2026-03-09",
    "starts_at": "2026-03-09T09:00:00+08:00",
    "ends_at": "2026-03-09T11:00:00+08:00",
    "minutes": 120,
    "state": "pending",
    "disputed": False,
    "source": "attendance",
    "due": "2026-03-23",
}
EXAMPLE_VERSION = {
    "version": 1,
    "minutes": 120,
    "starts_at": "2026-03-09T09:00:00+08:00",
    "ends_at": "2026-03-09T11:00:00+08:00",
    "state": "pending",
    "reason": "按签到、签退时间记录",
    "channel": "chat",
    "made_at": "2026-03-09T11:00:00+08:00",
    "part": "leader",
    "who": "王*",
    "approved_by": None,
}
EXAMPLE_DISPUTE = {
    "state": "open",
    "raised_at": "2026-03-09T12:00:00+08:00",
    "due": "2026-03-16",
    "answer": None,
    "answered_at": None,
}


class RecordsQuery(Strict):
    """Which page of the list."""

    cursor: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")] | None = None
    limit: Limit = 20


class RecordOut(Out):
    """What one served once. `number` is what one types in chat: the oldest of one's own is 1.

    `due` is the day by which a pending record is confirmed.
    """

    model_config = exampled(EXAMPLE_RECORD)

    id: Id
    number: int
    activity_number: int
    title: str
    day: date
    starts_at: Moment
    ends_at: Moment
    minutes: int
    state: RecordState
    disputed: bool
    source: Source
    due: date


class RecordsOut(Out):
    """A page of one's own records, the newest first, with the minutes of all of them."""

    model_config = exampled(
        {
            "items": [EXAMPLE_RECORD],
            "next_cursor": None,
            "final_minutes": 600,
            "pending_minutes": 120,
        }
    )

    items: list[RecordOut]
    next_cursor: str | None
    final_minutes: int
    pending_minutes: int


class VersionOut(Out):
    """What a record said once: who said so (a masked name), what they are to it, and why."""

    model_config = exampled(EXAMPLE_VERSION)

    version: int
    minutes: int
    starts_at: Moment
    ends_at: Moment
    state: RecordState
    reason: str
    channel: Channel
    made_at: Moment
    part: str
    who: str | None
    approved_by: str | None


class DisputeOut(Out):
    """An objection of one's own and what became of it; `due` is until when it is answered."""

    model_config = exampled(EXAMPLE_DISPUTE)

    state: DisputeState
    raised_at: Moment
    due: date
    answer: str | None
    answered_at: Moment | None


class RecordWithVersionsOut(RecordOut):
    """One of one's own records with all that was ever said of it, the oldest first."""

    model_config = exampled(
        EXAMPLE_RECORD | {"versions": [EXAMPLE_VERSION], "disputes": [EXAMPLE_DISPUTE]}
    )

    versions: list[VersionOut]
    disputes: list[DisputeOut]


class DisputeIn(Strict):
    """What is wrong, in one's own words."""

    model_config = exampled({"words": "我14点就到了，少记了半小时。"})

    words: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=WORDS)]


@api.get("/me/records")
def my_records(call: Call, query: RecordsQuery) -> RecordsOut:
    """List one's own hours, the newest first."""
    before = int(query.cursor) if query.cursor else NEWEST
    page = histories.mine(call.session, call.person_id, query.limit, before)
    totals = records.totals(call.session, call.person_id)
    return RecordsOut(
        items=[RecordOut.model_validate(entry) for entry in page.items],
        next_cursor=str(page.items[-1].id) if page.has_more else None,
        final_minutes=totals.final,
        pending_minutes=totals.pending,
    )


@api.get("/me/records/<record_id>", refuses=(RecordMissing,))
def my_record(call: Call, record_id: int) -> RecordWithVersionsOut:
    """Show one record with every version of it and who made it."""
    return _shown(call, histories.own(call.session, call.person_id, record_id))


@api.post("/me/records/<record_id>/disputes", refuses=(RecordMissing, DisputedAlready, WordsNeeded))
def dispute(call: Call, record_id: int, body: DisputeIn) -> DisputeOut:
    """Dispute one's own record; somebody else than who wrote it answers."""
    raised = disputes.raise_dispute(
        call.session,
        call.person_id,
        record_id,
        body.words,
        call.now,
        channel=Channel.MINIPROGRAM,
        vault=call.runtime.vault,
    )
    return DisputeOut.model_validate(raised)


@api.delete("/me/records/<record_id>/disputes", refuses=(RecordMissing, NothingDisputed))
def withdraw(call: Call, record_id: int) -> RecordWithVersionsOut:
    """Take one's own open dispute back."""
    disputes.withdraw(call.session, call.person_id, record_id, call.now)
    return _shown(call, histories.own(call.session, call.person_id, record_id))


def _shown(call: Call, entry: Record) -> RecordWithVersionsOut:
    versions = histories.versions(call.session, entry, vault=call.runtime.vault)
    raised = histories.disputes(call.session, entry.id)
    return RecordWithVersionsOut(
        **RecordOut.model_validate(entry).__dict__,
        versions=[VersionOut.model_validate(version) for version in versions],
        disputes=[DisputeOut.model_validate(each) for each in raised],
    )
