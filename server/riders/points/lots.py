"""What remains of points by the day through which they are good; what runs out first goes first."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.riders.models import PointsLot

lot = PointsLot.__table__.c

_OF = (
    select(lot.last_day, lot.remains)
    .where(
        lot.account_id == bindparam("this"),
        lot.remains > 0,
        lot.last_day >= bindparam("today", type_=lot.last_day.type),
    )
    .order_by(lot.last_day)
)
_TAKE = (
    update(PointsLot.__table__)
    .where(
        lot.account_id == bindparam("this"),
        lot.last_day == bindparam("day", type_=lot.last_day.type),
        lot.remains >= bindparam("points"),
    )
    .values(remains=lot.remains - bindparam("points"))
)


def _adding(dialect: str) -> sqlite.Insert | postgresql.Insert:
    fresh = (sqlite if dialect == "sqlite" else postgresql).insert(PointsLot.__table__)
    more = lot.remains + fresh.excluded.remains
    found: sqlite.Insert | postgresql.Insert = fresh.on_conflict_do_update(
        index_elements=["account_id", "last_day"], set_={"remains": more}
    )
    return found


_ADD = {name: _adding(name) for name in ("sqlite", "postgresql")}


def last_day(booked_on: date) -> date:
    """Return the day through which points booked on a local day are good: the next year's last."""
    return date(booked_on.year + 1, 12, 31)


def add(session: Session, account_id: int, day: date, points: int) -> None:
    """Add points that are good through a local day; the account must be held."""
    row = {"account_id": account_id, "last_day": day, "remains": points}
    session.execute(_ADD[session.get_bind().dialect.name], row)


def of(session: Session, account_id: int, today: date) -> dict[date, int]:
    """Return what is still good today, by its last day, the earliest in front."""
    found = session.execute(_OF, {"this": account_id, "today": today})
    return {row.last_day: row.remains for row in found}


def good(session: Session, account_id: int, today: date) -> int:
    """Return how many points are still good today."""
    total = select(func.coalesce(func.sum(lot.remains), 0)).where(
        lot.account_id == account_id, lot.last_day >= today
    )
    return int(session.scalar(total) or 0)


def share(there: Mapping[date, int], points: int) -> dict[date, int] | None:
    """Return from which lots so many points come, in their order; None when there are fewer."""
    taken: dict[date, int] = {}
    for day, remains in there.items():
        part = min(remains, points - sum(taken.values()))
        if part:
            taken[day] = part
    return taken if sum(taken.values()) == points else None


def take(session: Session, account_id: int, taken: Mapping[date, int]) -> None:
    """Take points out of lots; the account must be held, so that they are still there."""
    for day, points in taken.items():
        session.execute(_TAKE, {"this": account_id, "day": day, "points": points})


def told(taken: Mapping[date, int]) -> dict[str, int]:
    """Return lots as an entry keeps them."""
    return {day.isoformat(): points for day, points in taken.items()}


def read(kept: Mapping[str, int] | None) -> dict[date, int]:
    """Return lots as they were before an entry kept them."""
    return {date.fromisoformat(day): points for day, points in (kept or {}).items()}
