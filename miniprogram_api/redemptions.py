"""Redeeming points: one's vouchers with their codes, and handing over by a keeper."""

import secrets
from typing import Annotated

import segno
from pydantic import Field

from miniprogram_api import repeats
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL
from server.limits import TooManyVouchers
from server.riders.points.refusals import NoAccount, TooFewPoints
from server.riders.registration import NoRider
from server.riders.rewards import codes, collecting, ending, holding, moving, vouchers
from server.riders.rewards.holding import Wish
from server.riders.rewards.means import Means
from server.riders.rewards.models import VoucherState
from server.riders.rewards.refusals import (
    BadCode,
    CollectedAlready,
    EverLimit,
    MonthLimit,
    NotVerified,
    OtherRedemption,
    OtherStation,
    OutOfStock,
    OwnVoucher,
    RewardMissing,
    StationAside,
    VoucherCancelled,
    VoucherExpired,
    VoucherMissing,
    WrongCode,
)
from server.riders.rewards.vouchers import Held
from server.riders.stations.refusals import NotAKeeper, StationMissing
from server.staff import reach as reaches

api = Api("redemptions", __name__)

RIDER = (NoRider, NotVerified, NoAccount, TooFewPoints, MonthLimit, EverLimit)
ENDED = (CollectedAlready, VoucherExpired, VoucherCancelled)
EXAMPLE_REDEMPTION = {
    "id": "41",
    "name": "手套",
    "points": 30,
    "state": "reserved",
    "station_id": "17",
    "station_number": 17,
    "station_name": "示例社区驿站",
    "held_at": "2026-03-09T09:00:00+08:00",
    "expires_at": "2026-03-16T09:00:00+08:00",
    "ended_at": None,
    "code": "7K3M-9TXW",
    "qr": "data:image/svg+xml;charset=utf-8,%3Csvg%3E%3C/svg%3E",
}

ReferredId = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]


class RedemptionIn(Strict):
    """One piece of which reward, to be collected at which station."""

    model_config = exampled({"reward_id": "3", "station_id": "17"})

    reward_id: ReferredId
    station_id: ReferredId


class StationIn(Strict):
    """Where it is to be collected instead."""

    model_config = exampled({"station_id": "18"})

    station_id: ReferredId


class CodeIn(Strict):
    """What the keeper typed, or scanned from the rider's QR code."""

    model_config = exampled({"code": "7K3M-9TXW"})

    code: Annotated[str, Field(min_length=1, max_length=60, pattern=NO_NUL)]


class RedemptionsQuery(Strict):
    """Which of one's vouchers: in one state or all, a page at a time."""

    state: VoucherState | None = None
    cursor: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")] | None = None
    limit: Limit = 20


class RedemptionOut(Out):
    """A voucher; `code`, and `qr`, a picture of it, are there while it waits to be collected.

    `points` is what was paid for it, and what comes back when it expires or is cancelled.
    """

    model_config = exampled(EXAMPLE_REDEMPTION)

    id: Id
    name: str
    points: int
    state: VoucherState
    station_id: Id
    station_number: int
    station_name: str
    held_at: Moment
    expires_at: Moment
    ended_at: Moment | None
    code: str | None
    qr: str | None


class RedemptionsOut(Out):
    """A page of vouchers, the newest first."""

    model_config = exampled({"items": [EXAMPLE_REDEMPTION], "next_cursor": None})

    items: list[RedemptionOut]
    next_cursor: str | None


class CollectionOut(Out):
    """What the keeper hands over; `again` where the same keeper had handed it over before."""

    model_config = exampled(
        {
            "name": "手套",
            "station_number": 17,
            "collected_at": "2026-03-10T12:00:00+08:00",
            "again": False,
        }
    )

    name: str
    station_number: int
    collected_at: Moment
    again: bool


@api.post(
    "/redemptions",
    refuses=(*RIDER, RewardMissing, OutOfStock, StationAside, StationMissing, OtherRedemption),
)
def redeem(call: Call, body: RedemptionIn) -> RedemptionOut:
    """Pay for one piece of a reward and have it kept at a station, under a code."""
    given = repeats.key()
    key = call.runtime.vault.mark(given, "redemption")[:32] if given else secrets.token_hex(16)
    wish = Wish(int(body.reward_id), int(body.station_id), key)
    held = holding.hold(call.session, call.person_id, wish, call.now, _means(call))
    return _out(call, held)


@api.get("/redemptions")
def list_redemptions(call: Call, query: RedemptionsQuery) -> RedemptionsOut:
    """List one's vouchers, the newest first."""
    found = vouchers.browse(
        call.session,
        call.person_id,
        states=[query.state] if query.state else VoucherState,
        before=int(query.cursor) if query.cursor else None,
        limit=query.limit + 1,
    )
    items = [_out(call, held) for held in found[: query.limit]]
    has_more = len(found) > query.limit
    return RedemptionsOut(items=items, next_cursor=str(items[-1].id) if has_more else None)


@api.get("/redemptions/<redemption_id>", refuses=(VoucherMissing,))
def redemption(call: Call, redemption_id: int) -> RedemptionOut:
    """Show one voucher with its code."""
    return _out(call, vouchers.of(call.session, call.person_id, redemption_id))


@api.delete("/redemptions/<redemption_id>", refuses=(VoucherMissing, CollectedAlready))
def cancel_redemption(call: Call, redemption_id: int) -> RedemptionOut:
    """Give a voucher back and get the points again; twice is the same as once."""
    return _out(call, ending.cancel(call.session, call.person_id, redemption_id, call.now))


@api.put(
    "/redemptions/<redemption_id>/station",
    refuses=(VoucherMissing, *ENDED, OutOfStock, StationAside, StationMissing),
)
def move_redemption(call: Call, redemption_id: int, body: StationIn) -> RedemptionOut:
    """Let a voucher wait at another station that has the same; code and time stay."""
    station_id = int(body.station_id)
    held = moving.move(call.session, call.person_id, redemption_id, station_id, call.now)
    return _out(call, held)


@api.post(
    "/stations/<station_id>/collections",
    refuses=(
        *(StationMissing, NotAKeeper, BadCode, WrongCode, TooManyVouchers),
        *(OtherStation, OwnVoucher, *ENDED),
    ),
)
def collect(call: Call, station_id: int, body: CodeIn) -> CollectionOut:
    """Tell what to hand over for a code; a voucher is good once. For keepers of the station."""
    reach = reaches.of(call.session, call.person_id, call.now)
    handed = collecting.collect(
        call.session, reach, body.code, call.now, _means(call), station_id=station_id
    )
    held = handed.held
    assert held.ended_at is not None
    return CollectionOut(
        name=held.name,
        station_number=held.station_number,
        collected_at=held.ended_at,
        again=handed.again,
    )


def _means(call: Call) -> Means:
    runtime = call.runtime
    return Means(runtime.vault, runtime.limits, runtime.settings.rewards)


def _out(call: Call, held: Held) -> RedemptionOut:
    code = held.code(call.runtime.vault)
    drawn = code and segno.make(code, error="m").svg_data_uri(scale=4, border=3, light="#fff")
    told = {name: getattr(held, name) for name in RedemptionOut.model_fields if name in Held._fields}
    return RedemptionOut(**told, code=code and codes.told(code), qr=drawn)
