"""Vouchers as people read them: what waits where until when, or what became of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from server.people.vault import Vault
from server.riders.rewards.models import RewardVersion, Voucher, VoucherCode, VoucherState
from server.riders.rewards.refusals import VoucherMissing
from server.riders.stations.models import Station, StationState

voucher = Voucher.__table__.c
version = RewardVersion.__table__.c
code = VoucherCode.__table__.c
station = Station.__table__.c

MOST = 20


class Held(NamedTuple):
    """A voucher; the columns are explained with `models.Voucher`."""

    id: int
    person_id: int
    reward_id: int
    name: str
    points: int
    state: VoucherState
    station_id: int
    station_number: int
    station_name: str
    station_state: StationState
    transaction_id: int
    held_at: datetime
    expires_at: datetime
    extended: bool
    ended_at: datetime | None
    ended_by: int | None
    held_by: int | None
    sealed: bytes | None

    @property
    def is_waiting(self) -> bool:
        """Tell whether it may still be collected, as far as nobody looks at the clock."""
        return self.state is VoucherState.RESERVED

    def code(self, vault: Vault) -> str | None:
        """Return the code for the owner's eyes; None once the voucher has ended."""
        if self.sealed is None or not self.is_waiting:
            return None
        return vault.open(self.sealed, about(self.id))


_ELSEWHERE = {
    "name": version.name,
    "station_number": station.number,
    "station_name": station.name,
    "station_state": station.state,
    "sealed": code.sealed,
}


def about(voucher_id: int) -> str:
    """Return what a sealed code is bound to."""
    return f"voucher:{voucher_id}"


def selected() -> Select[Any]:
    """Select vouchers as `Held`."""
    columns = [_ELSEWHERE[n] if n in _ELSEWHERE else voucher[n] for n in Held._fields]
    return (
        select(*columns)
        .select_from(Voucher.__table__)
        .join(
            RewardVersion.__table__,
            and_(version.reward_id == voucher.reward_id, version.version == voucher.version),
        )
        .join(Station.__table__, station.id == voucher.station_id)
        .outerjoin(VoucherCode.__table__, code.voucher_id == voucher.id)
    )


def of(session: Session, person_id: int, voucher_id: int) -> Held:
    """Return somebody's voucher, or refuse what is not theirs like what is not there."""
    mine = selected().where(voucher.id == voucher_id, voucher.person_id == person_id)
    row = session.execute(mine).one_or_none()
    if row is None:
        raise VoucherMissing
    return Held(*row)


def browse(
    session: Session,
    person_id: int,
    *,
    states: Iterable[VoucherState] = VoucherState,
    before: int | None = None,
    limit: int = MOST,
) -> list[Held]:
    """Return somebody's vouchers, the newest first. One statement."""
    mine = selected().where(voucher.person_id == person_id, voucher.state.in_(list(states)))
    if before is not None:
        mine = mine.where(voucher.id < before)
    found = mine.order_by(voucher.id.desc()).limit(limit)
    return [Held(*row) for row in session.execute(found)]
