"""Handing over what a voucher is for: once, at its own station, never to oneself (P6, P8, R2)."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.people.models import Person
from server.riders.rewards import codes, reminding, stock, vouchers
from server.riders.rewards.means import Means
from server.riders.rewards.models import MoveKind, Voucher, VoucherCode, VoucherState
from server.riders.rewards.refusals import (
    BadCode,
    CollectedAlready,
    KeepsNone,
    OtherStation,
    OwnVoucher,
    VoucherCancelled,
    VoucherExpired,
    WrongCode,
)
from server.riders.rewards.stock import Shelf
from server.riders.rewards.vouchers import Held
from server.riders.stations import keepers
from server.riders.stations.refusals import NotAKeeper, StationMissing
from server.staff.reach import Reach
from server.staff.rights import Right

voucher = Voucher.__table__.c
code = VoucherCode.__table__.c
person = Person.__table__.c

_mine = select(person.phone_mark).where(person.id == bindparam("me")).scalar_subquery()
_IS_OTHER = select(person.phone_mark == _mine).where(person.id == bindparam("owner"))
_COLLECT = (
    update(Voucher.__table__)
    .where(
        voucher.id == bindparam("this"),
        voucher.state == VoucherState.RESERVED,
        voucher.station_id == bindparam("here"),
        voucher.expires_at > bindparam("now"),
    )
    .values(state=VoucherState.COLLECTED, ended_at=bindparam("now"), ended_by=bindparam("me"))
    .returning(voucher.id)
)


class Handed(NamedTuple):
    """What is handed over; `again` where the same keeper had handed it over before."""

    held: Held
    again: bool


def collect(
    session: Session,
    reach: Reach,
    typed: str,
    now: datetime,
    means: Means,
    *,
    station_id: int | None = None,
) -> Handed:
    """Tell a keeper what to hand over for a code, and let the voucher end with it.

    Without a station it is the one that the voucher names, which the keeper must keep. Typed codes
    are counted before they are looked at. Of any number of keepers at one time one hands over; the
    others hear where and when that was. The same keeper who asks again hears the same again.
    """
    _assure_keeper(session, reach, station_id)
    means.limits.redeem(reach.person_id)
    drawn = codes.read(typed)
    if drawn is None:
        raise BadCode
    held = _find(session, drawn, means)
    if held is None:
        means.limits.misredeem(reach.person_id)
        raise WrongCode
    if held.is_waiting:
        path = _assure_here(session, reach, held, station_id)
        _assure_others(session, reach, held)
        told = {"this": held.id, "here": held.station_id, "now": now, "me": reach.person_id}
        if session.execute(_COLLECT, told).first() is not None:
            return _hand_over(session, reach, held, path, now)
        held = _find(session, drawn, means)
    assert held is not None
    return _told(reach, held, now)


def _assure_keeper(session: Session, reach: Reach, station_id: int | None) -> None:
    """Let nobody try codes who keeps no station at all."""
    if station_id is not None:
        keepers.held(session, reach, station_id)
    elif not (reach.may(Right.MANAGE_STATIONS) or keepers.kept_by(session, reach.person_id)):
        raise KeepsNone


def _find(session: Session, drawn: str, means: Means) -> Held | None:
    mark = means.vault.mark(drawn, codes.PURPOSE)
    row = session.execute(vouchers.selected().where(code.mark == mark)).one_or_none()
    return None if row is None else Held(*row)


def _assure_here(session: Session, reach: Reach, held: Held, station_id: int | None) -> str:
    """Return the path of the station's area; refuse what waits elsewhere, and tell where."""
    where = {"number": held.station_number, "name": held.station_name}
    if station_id not in (None, held.station_id):
        raise OtherStation(**where)
    try:
        return keepers.held(session, reach, held.station_id)[1]
    except (NotAKeeper, StationMissing):
        raise OtherStation(**where) from None


def _assure_others(session: Session, reach: Reach, held: Held) -> None:
    """Let nobody hand over to themselves, by no account of theirs, nor what they held."""
    asked = {"me": reach.person_id, "owner": held.person_id}
    if reach.person_id in (held.person_id, held.held_by) or session.scalar(_IS_OTHER, asked):
        raise OwnVoucher


def _hand_over(session: Session, reach: Reach, held: Held, path: str, now: datetime) -> Handed:
    shelf = Shelf(held.reward_id, held.station_id)
    by = {"voucher_id": held.id, "actor": reach.person_id}
    if stock.move(session, shelf, MoveKind.COLLECTED, now, **by) is None:
        raise RuntimeError("a voucher waits for what is not held")
    reminding.drop(session, held.id, now)
    deed = session, reach.person_id, "voucher.collected", ("voucher", held.id), now
    trail.record(*deed, area_path=path, station=held.station_number)
    done = held._replace(
        state=VoucherState.COLLECTED, ended_at=now, ended_by=reach.person_id, sealed=None
    )
    return Handed(done, again=False)


def _told(reach: Reach, held: Held, now: datetime) -> Handed:
    """Tell what became of a voucher; to who handed it over themselves, the same again."""
    if held.state is VoucherState.CANCELLED:
        raise VoucherCancelled
    where = {"number": held.station_number, "name": held.station_name}
    if held.is_waiting and held.expires_at > now:
        raise OtherStation(**where)
    if held.state is not VoucherState.COLLECTED:
        raise VoucherExpired
    if held.ended_by == reach.person_id:
        return Handed(held, again=True)
    raise CollectedAlready(**where, at=held.ended_at)
