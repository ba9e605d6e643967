"""Redeeming points: one's vouchers with their codes, and handing over by a keeper."""

import secrets

from miniprogram_api import repeats
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.redemption_shapes import (
    CodeIn,
    CollectionOut,
    RedemptionOut,
    RedemptionsOut,
    RedemptionsQuery,
    StationIn,
)
from server.limits import TooManyVouchers
from server.people.models import Channel
from server.riders.points.refusals import NoAccount, TooFewPoints
from server.riders.registration import NoRider
from server.riders.rewards import collecting, ending, holding, moving, vouchers
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
from server.riders.stations.refusals import NotAKeeper, StationMissing
from server.staff import reach as reaches

api = Api("redemptions", __name__)

RIDER = (NoRider, NotVerified, NoAccount, TooFewPoints, MonthLimit, EverLimit)
ENDED = (CollectedAlready, VoucherExpired, VoucherCancelled)


@api.post(
    "/rewards/<reward_id>/redemptions",
    refuses=(*RIDER, RewardMissing, OutOfStock, StationAside, StationMissing, OtherRedemption),
)
def redeem(call: Call, reward_id: int, body: StationIn) -> RedemptionOut:
    """Pay for one piece of a reward and have it kept at a station, under a code."""
    given = repeats.key()
    key = call.runtime.vault.mark(given, "redemption")[:32] if given else secrets.token_hex(16)
    wish = Wish(reward_id, int(body.station_id), key, Channel.MINIPROGRAM)
    held = holding.hold(call.session, call.person_id, wish, call.now, _means(call))
    return RedemptionOut.of(held, call.runtime.vault)


@api.get("/me/redemptions")
def list_redemptions(call: Call, query: RedemptionsQuery) -> RedemptionsOut:
    """List one's vouchers, the newest first."""
    found = vouchers.browse(
        call.session,
        call.person_id,
        states=[query.state] if query.state else VoucherState,
        before=int(query.cursor) if query.cursor else None,
        limit=query.limit + 1,
    )
    items = [RedemptionOut.of(held, call.runtime.vault) for held in found[: query.limit]]
    has_more = len(found) > query.limit
    return RedemptionsOut(items=items, next_cursor=str(items[-1].id) if has_more else None)


@api.get("/me/redemptions/<redemption_id>", refuses=(VoucherMissing,))
def redemption(call: Call, redemption_id: int) -> RedemptionOut:
    """Show one voucher with its code."""
    held = vouchers.of(call.session, call.person_id, redemption_id)
    return RedemptionOut.of(held, call.runtime.vault)


@api.delete("/me/redemptions/<redemption_id>", refuses=(VoucherMissing, CollectedAlready))
def cancel_redemption(call: Call, redemption_id: int) -> RedemptionOut:
    """Give a voucher back and get the points again; twice is the same as once."""
    held = ending.cancel(call.session, call.person_id, redemption_id, call.now)
    return RedemptionOut.of(held, call.runtime.vault)


@api.put(
    "/me/redemptions/<redemption_id>/station",
    refuses=(VoucherMissing, *ENDED, OutOfStock, StationAside, StationMissing),
)
def move_redemption(call: Call, redemption_id: int, body: StationIn) -> RedemptionOut:
    """Let a voucher wait at another station that has the same; code and time stay."""
    station_id = int(body.station_id)
    held = moving.move(call.session, call.person_id, redemption_id, station_id, call.now)
    return RedemptionOut.of(held, call.runtime.vault)


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
