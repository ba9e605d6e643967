"""Redeeming for a rider who calls, writes or comes; whoever does it never hands it over as well."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.notices import outbox
from server.office import proxies
from server.people.models import Channel
from server.riders.rewards import ending, holding, moving, offers, reminding, vouchers
from server.riders.rewards.holding import Wish
from server.riders.rewards.means import Means
from server.riders.rewards.models import VoucherState
from server.riders.rewards.offers import Spread
from server.riders.rewards.vouchers import Held
from server.riders.stations import views
from server.staff.reach import Reach


class Redeeming(NamedTuple):
    """What may be redeemed for somebody, and what waits for them."""

    offers: list[Spread]
    waiting: list[Held]


def redeeming(session: Session, reach: Reach, person_id: int, now: datetime) -> Redeeming:
    """Return what may be redeemed for somebody whom this desk serves. No code is told."""
    proxies.served(session, reach, person_id, Channel.CONSOLE)
    waiting = vouchers.browse(session, person_id, states=(VoucherState.RESERVED,))
    return Redeeming([one for one in offers.browse(session, now) if one.free], waiting)


def redeem_for(  # noqa: PLR0913  what for whom, from which station, by which door
    session: Session,
    reach: Reach,
    person_id: int,
    reward_id: int,
    number: int,
    key: str,
    now: datetime,
    means: Means,
    *,
    channel: Channel,
) -> Held:
    """Redeem a reward at the station of a number for somebody who asked for it; they are told."""
    path = proxies.served(session, reach, person_id, channel)
    station = views.by_number(session, number, now)
    wish = Wish(reward_id, station.id, key, channel, reach.person_id)
    held = holding.hold(session, person_id, wish, now, means)
    proxies.note(session, reach, person_id, "reward redeemed", path, channel, now)
    facts = reminding.facts(held) | {"points": held.points}
    outbox.queue(session, person_id, "rewards.held_for", f"rewards.held_for:{held.id}", now, facts)
    return held


def code_for(  # noqa: PLR0913  whose code, by which door, with the key that opens it
    session: Session,
    reach: Reach,
    person_id: int,
    voucher_id: int,
    now: datetime,
    means: Means,
    *,
    channel: Channel,
) -> str | None:
    """Return the code of a voucher for its owner, who asked for it; the trail has it."""
    path = proxies.served(session, reach, person_id, channel)
    code = vouchers.of(session, person_id, voucher_id).code(means.vault)
    proxies.note(session, reach, person_id, "voucher code told", path, channel, now)
    return code


def cancel_for(
    session: Session,
    reach: Reach,
    person_id: int,
    voucher_id: int,
    now: datetime,
    *,
    channel: Channel,
) -> Held:
    """Give a voucher back for somebody who asked for it; twice is the same as once."""
    path = proxies.served(session, reach, person_id, channel)
    held = ending.cancel(session, person_id, voucher_id, now)
    proxies.note(session, reach, person_id, "voucher cancelled", path, channel, now)
    return held


def move_for(  # noqa: PLR0913  whose voucher, to which station, by which door
    session: Session,
    reach: Reach,
    person_id: int,
    voucher_id: int,
    number: int,
    now: datetime,
    *,
    channel: Channel,
) -> Held:
    """Let a voucher wait at the station of another number for somebody who asked for it."""
    path = proxies.served(session, reach, person_id, channel)
    station = views.by_number(session, number, now)
    held = moving.move(session, person_id, voucher_id, station.id, now)
    proxies.note(session, reach, person_id, "voucher moved", path, channel, now)
    return held
