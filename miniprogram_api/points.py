"""Points: what one has, each line with what it rests on, and a month of them."""

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
from server.riders.statements import months
from server.riders.statements.months import NoSuchMonth

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


class MonthQuery(Strict):
    """Which month, as `2026-03`; the last one that is over unless told."""

    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] | None = None


class EarnedOut(Out):
    """What one rule gave in a month."""

    name: str
    points: int


class StatementOut(Out):
    """A month: what it opened and closed with, and what moved; what went out is below nought.

    `moved` is by kind, without what was earned; `expiring` is what runs out first as of now.
    """

    model_config = exampled(
        {
            "month": "2026-03",
            "opening": 5,
            "closing": 8,
            "earned": [{"name": "随手拍属实", "points": 3}],
            "moved": {},
            "expiring": {"points": 8, "last_day": "2027-12-31"},
        }
    )

    month: str
    opening: int
    closing: int
    earned: list[EarnedOut]
    moved: dict[TransactionKind, int]
    expiring: ExpiringOut | None


@api.get("/points/statement", refuses=(NoAccount, NoSuchMonth))
def statement(call: Call, query: MonthQuery) -> StatementOut:
    """Tell a month of one's points."""
    day = months.read(query.month, call.now) if query.month else months.last(call.now)
    found = months.of(call.session, call.person_id, day, call.now)
    ahead = found.next_day
    return StatementOut(
        month=f"{found.month:%Y-%m}",
        opening=found.opening,
        closing=found.closing,
        earned=[EarnedOut(name=name, points=points) for name, points in found.earned],
        moved=dict(found.moved),
        expiring=ExpiringOut(points=found.next_points, last_day=ahead) if ahead else None,
    )
