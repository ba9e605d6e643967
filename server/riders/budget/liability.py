"""What is still owed: points that may yet be redeemed, by the day through which they are good."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, aliased

from server.areas.models import Area, AreaKind
from server.riders.budget import flows, folding
from server.riders.budget.folding import Folded, Group
from server.riders.models import (
    EXPIRY,
    ISSUANCE,
    REDEMPTION,
    PointsAccount,
    PointsLot,
    PointsWaiting,
    Rider,
    TransactionKind,
)
from server.riders.points.ledger import local_day
from server.riders.rewards import offers

PACE = timedelta(days=90)
"""So many days back tell how fast points are redeemed."""

lot = PointsLot.__table__.c
account = PointsAccount.__table__.c
waiting = PointsWaiting.__table__.c
rider = Rider.__table__.c

SOME = text("points_lot.remains > 0")
"""In the words of the index, which holds nothing else."""


class Owed(NamedTuple):
    """Points that are good through one local day, and how many of them may run out unused.

    The latter is what would be left if redeeming went on as in the last ninety days; it is a
    guess, and says so on the page.
    """

    last_day: date
    points: int
    may_expire: int


class Shelf(NamedTuple):
    """A reward that lies ready: how many of it, and for how many points each."""

    name: str
    stock: int
    points: int


def owed(session: Session, now: datetime) -> tuple[Owed, ...]:
    """Return what is owed by its last day, the earliest in front; what is over is left out."""
    today = local_day(now)
    rows = session.execute(
        select(lot.last_day, func.sum(lot.remains).label("points"))
        .where(lot.last_day >= today, SOME)
        .group_by(lot.last_day)
        .order_by(lot.last_day)
    )
    spent, found, ahead = _pace(session, today), [], 0
    for row in rows:
        points, days = int(row.points), (row.last_day - today).days + 1
        # what runs out first is spent first, so what is owed before takes of the pace first
        room = max(int(spent * days) - ahead, 0)
        found.append(Owed(row.last_day, points, max(points - room, 0)))
        ahead += points
    return tuple(found)


def total(session: Session) -> int:
    """Return all that persons have, on its way or there: the accounts of the house, mirrored."""
    house = account.id.in_((ISSUANCE, REDEMPTION, EXPIRY))
    return -int(session.scalar(select(func.sum(account.balance)).where(house)) or 0)


def coming(session: Session) -> int:
    """Return how many points are on their way."""
    return int(session.scalar(select(func.coalesce(func.sum(waiting.points), 0))) or 0)


def shelves(session: Session, now: datetime) -> list[Shelf]:
    """Return what is given out now and lies free at stations that keep their hours."""
    return [Shelf(offer.name, free, offer.points) for offer, free, _ in offers.browse(session, now)]


def by_sector(session: Session) -> Folded:
    """Return what is owed to riders of each sector, small groups put together."""
    return folding.fold(_groups(session, rider.sector))


def by_street(session: Session) -> Folded:
    """Return what is owed to riders of each street, small groups put together."""
    street = aliased(Area)
    inside = func.substr(Area.path, 1, func.length(street.path)) == street.path
    found = _owed_to(street.name).join(Area, Area.id == rider.area_id)
    joined = found.join(street, inside & (street.kind == AreaKind.STREET))
    return folding.fold(_read(session, joined.group_by(street.id, street.name)))


def _groups(session: Session, by: ColumnElement[Any]) -> list[Group]:
    return _read(session, _owed_to(by).group_by(by))


def _owed_to(by: Any) -> Any:
    return (
        select(
            by.label("name"),
            func.count(func.distinct(account.person_id)).label("people"),
            func.sum(lot.remains).label("points"),
        )
        .select_from(PointsLot.__table__)
        .join(PointsAccount.__table__, account.id == lot.account_id)
        .join(Rider.__table__, rider.person_id == account.person_id)
        .where(SOME)
    )


def _read(session: Session, found: Any) -> list[Group]:
    rows = session.execute(found).all()
    return [Group(str(row.name), int(row.people), int(row.points)) for row in rows]


def _pace(session: Session, today: date) -> float:
    """Return how many points a day were redeemed lately, without those that came back."""
    months = flows.by_month(session, today - PACE, today)
    none = flows.Sum()
    spent = sum(kinds.get(TransactionKind.SPEND, none).points for kinds in months.values())
    back = sum(kinds.get(TransactionKind.REFUND, none).points for kinds in months.values())
    return max(spent - back, 0) / PACE.days
