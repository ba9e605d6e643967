"""Dealings done by the service's own verbs, all within one transaction of the caller.

What completes or undoes another dealing has that one done first: asked for again it changes
nothing.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bench.rigs.dealings import MOST_UNITS, Dealing, Kind
from bench.rigs.shop import CLERK, KEEPERS, PRICE, shelf_of
from server.riders.points import awarding, earning, expiring, maturing
from server.riders.points.awarding import Wish
from server.riders.points.earning import Award
from server.riders.rewards import collecting, ending, holding, vouchers
from server.riders.rewards.means import Means
from server.riders.rewards.vouchers import Held
from server.staff import reach as reaches

SUGGESTION, HOUR = "SUGGEST_ADOPTED", "VOL_HOUR"
NOBODY = 10**9
"""Who has seen it, and has no account."""
WORTH = 5
"""What a suggestion gives by the first rules."""
Deed = Callable[[Session, Dealing, datetime, Means], int]


def do(session: Session, dealing: Dealing, now: datetime, means: Means) -> int:
    """Do it and return the number of what came of it.

    That is a transaction, or a voucher; of a job, and of what is handed over, how many.
    """
    return _DEEDS[dealing.kind](session, dealing, now, means)


def source_of(dealing: Dealing) -> str | None:
    """Return the source by which the ledger keeps a dealing, if it is kept by one."""
    if dealing.kind is Kind.AWARD:
        return _wish(dealing).source
    if dealing.kind is Kind.HOLD:
        return _held(dealing).source(dealing.person)
    return dealing.key if dealing.is_keyed else None


def moves(dealing: Dealing) -> int | None:
    """Return how many points it moves in the account of its rider; None where that depends."""
    if dealing.kind is Kind.HOLD:
        return -PRICE
    if dealing.kind is Kind.HOURS:
        return _award(dealing).units
    return WORTH if dealing.kind in (Kind.EARN, Kind.AWARD) else None


def _award(dealing: Dealing) -> Award:
    told = dealing.person, dealing.key, dealing.at
    if dealing.kind is Kind.HOURS:
        return Award(HOUR, *told, units=min(dealing.size, MOST_UNITS))
    return Award(SUGGESTION, *told, by=NOBODY + dealing.size)


def _earn(session: Session, dealing: Dealing, now: datetime, _means: Means) -> int:
    return earning.earn(session, _award(dealing), now).transaction_id


def _wish(dealing: Dealing) -> Wish:
    # either way it is five points; said, or left to the rule
    points = WORTH if dealing.size % 2 else None
    return Wish(SUGGESTION, dealing.person, dealing.at, dealing.key, points)


def _by_hand(session: Session, dealing: Dealing, now: datetime, _means: Means) -> int:
    grant = awarding.award(session, reaches.of(session, CLERK, now), _wish(dealing), now)
    assert grant is not None
    return grant.transaction_id


def _held(dealing: Dealing) -> holding.Wish:
    return holding.Wish(*shelf_of(dealing.shelf, dealing.size), dealing.key)


def _hold(session: Session, dealing: Dealing, now: datetime, means: Means) -> Held:
    return holding.hold(session, dealing.person, _held(dealing), now, means)


def _holds(session: Session, dealing: Dealing, now: datetime, means: Means) -> int:
    return _hold(session, dealing, now, means).id


def _cancel(session: Session, dealing: Dealing, now: datetime, means: Means) -> int:
    assert dealing.of is not None
    held = _hold(session, dealing.of, now, means)
    return ending.cancel(session, dealing.person, held.id, now).id


def _collect(session: Session, dealing: Dealing, now: datetime, means: Means) -> int:
    """Scan the code, whatever has become of the voucher; tell whether something is handed over."""
    assert dealing.of is not None
    held = _hold(session, dealing.of, now, means)
    if held.sealed is None:
        return 0
    code = means.vault.open(held.sealed, vouchers.about(held.id))
    reach = reaches.of(session, KEEPERS[dealing.by], now)
    here = shelf_of(dealing.shelf, dealing.size).station_id
    handed = collecting.collect(session, reach, code, now, means, station_id=here)
    return int(not handed.again)


def _reverse(session: Session, dealing: Dealing, now: datetime, _means: Means) -> int:
    assert dealing.of is not None
    award = do(session, dealing.of, now, _means)
    reach = reaches.of(session, CLERK, now)
    return awarding.take_back(session, reach, award, "不属实", now).transaction_id


def _arrive(session: Session, _dealing: Dealing, now: datetime, _means: Means) -> int:
    return maturing.mature(session, now)


def _expire(session: Session, _dealing: Dealing, now: datetime, means: Means) -> int:
    return ending.expire_due(session, now, means.chosen) + expiring.expire(session, now)


_DEEDS: dict[Kind, Deed] = {
    Kind.EARN: _earn,
    Kind.HOURS: _earn,
    Kind.AWARD: _by_hand,
    Kind.HOLD: _holds,
    Kind.CANCEL: _cancel,
    Kind.COLLECT: _collect,
    Kind.REVERSE: _reverse,
    Kind.ARRIVE: _arrive,
    Kind.EXPIRE: _expire,
}
