"""Points: what one has, and each line with what it rests on."""

from datetime import date
from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Moment, Out
from server.riders.models import TransactionKind, Verifier
from server.riders.points import reading
from server.riders.points.refusals import NoAccount

api = Api("points", __name__)

EXAMPLE_ENTRY = {
    "number": 7,
    "at": "2026-03-10T00:05:00+08:00",
    "points": 3,
    "balance": 8,
    "kind": "mature",
    "name": "志愿服务每满1小时",
    "source": "service_record:12",
    "reason": None,
    "event_at": "2026-03-09T11:00:00+08:00",
    "last_day": "2027-12-31",
    "rule": "VOL_HOUR",
    "version": 1,
    "verifier": "leader",
    "day_cap": 4,
    "month_cap": None,
    "shortfall": 0,
}


class ExpiringOut(Out):
    """What runs out first: so many points, good through this local day."""

    points: int
    last_day: date


class PointsOut(Out):
    """What one has: `pending` arrives tomorrow; nothing is earned before `paused_until`."""

    model_config = exampled(
        {
            "balance": 5,
            "pending": 3,
            "expiring": {"points": 5, "last_day": "2027-12-31"},
            "paused_until": None,
        }
    )

    balance: int
    pending: int
    expiring: ExpiringOut | None
    paused_until: Moment | None


class EntriesQuery(Strict):
    """Which page of the lines; the cursor is what the page before gave."""

    cursor: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$")] | None = None
    limit: Limit = 20


class EntryOut(Out):
    """A line, numbered as in chat, and what it rests on.

    What went out is below nought. `rule`, `version` and the caps are those that were in force on
    the day of the deed, `event_at`; `verifier` had to see it. `reason` is why it was taken back,
    `shortfall` what of it was not there any more. `last_day` is through when it is good.
    """

    model_config = exampled(EXAMPLE_ENTRY)

    number: int
    at: Moment
    points: Annotated[int, Field(validation_alias="delta")]
    balance: int
    kind: TransactionKind
    name: str | None
    source: str | None
    reason: str | None
    event_at: Moment
    last_day: date | None
    rule: Annotated[str | None, Field(validation_alias="code")]
    version: int | None
    verifier: Verifier | None
    day_cap: int | None
    month_cap: int | None
    shortfall: int


class EntriesOut(Out):
    """A page of lines, the newest first."""

    model_config = exampled({"items": [EXAMPLE_ENTRY], "next_cursor": None})

    items: list[EntryOut]
    next_cursor: str | None


@api.get("/points", refuses=(NoAccount,))
def balance(call: Call) -> PointsOut:
    """Tell how many points one has, how many arrive tomorrow, and what runs out first."""
    has = reading.balance(call.session, call.person_id, call.now)
    first = has.next_day
    expiring = ExpiringOut(points=has.next_points, last_day=first) if first else None
    return PointsOut(
        balance=has.points,
        pending=has.waiting,
        expiring=expiring,
        paused_until=has.frozen_until,
    )


@api.get("/points/entries", refuses=(NoAccount,))
def entries(call: Call, query: EntriesQuery) -> EntriesOut:
    """List one's lines with what each rests on, the newest first."""
    before = int(query.cursor) if query.cursor else None
    found = reading.entries(call.session, call.person_id, before, query.limit + 1)
    items = [EntryOut.model_validate(each) for each in found[: query.limit]]
    has_more = len(found) > query.limit
    return EntriesOut(items=items, next_cursor=str(items[-1].number) if has_more else None)
