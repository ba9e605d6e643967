"""What moved, day by day: counted once along the chain of the ledger, and read cheaply ever after.

The chain numbers transactions in the order in which they were committed, without a gap, so a
count that has come to a place misses nothing before it and counts nothing twice.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, extract, func, select, update
from sqlalchemy.orm import Session

from server.chains import Flaw
from server.db import insert_into
from server.riders.models import (
    PointsEntry,
    PointsFlow,
    PointsFlowHead,
    PointsLink,
    PointsTransaction,
    TransactionKind,
)
from server.riders.points.ledger import local_day

MOST = 5_000
"""Transactions of one run, and so of one transaction of the database."""
HOUSE = (0, -1, -2)

link = PointsLink.__table__.c
entry = PointsEntry.__table__.c
own = PointsTransaction.__table__.alias("own")
first = PointsTransaction.__table__.alias("first")
flow = PointsFlow.__table__.c
head = PointsFlowHead.__table__.c

Key = tuple[date, TransactionKind, str]


class Sum(NamedTuple):
    """How many points moved, in how many transactions."""

    points: int = 0
    number: int = 0

    def plus(self, other: "Sum") -> "Sum":
        """Return both together."""
        return Sum(self.points + other.points, self.number + other.number)


def count(session: Session, now: datetime, most: int = MOST) -> int:
    """Count what was posted since the last time, and return how many places of the chain it was.

    Whoever else counts waits for the row that says how far it has come.
    """
    fresh = insert_into(session, PointsFlowHead).values(id=1, position=0, counted_at=now)
    session.execute(fresh.on_conflict_do_nothing())
    held = select(head.position).where(head.id == 1).with_for_update()
    begins: int = session.execute(held).scalar_one()
    reached = select(func.max(link.id)).where(link.id > begins, link.id <= begins + most)
    ends = session.scalar(reached) or begins
    _add(session, sums(session, begins, ends))
    session.execute(
        update(PointsFlowHead.__table__).where(head.id == 1).values(position=ends, counted_at=now)
    )
    return ends - begins


def sums(session: Session, after: int, until: int) -> dict[Key, Sum]:
    """Return what moved between two places of the chain, from the ledger itself.

    What never touches the house (arriving, and two accounts becoming one) moves nothing here.
    """
    found: dict[Key, Sum] = defaultdict(Sum)
    rows = session.execute(_moves().where(link.id > after, link.id <= until))
    for row in rows.yield_per(1_000):
        key = local_day(row.at), row.kind, row.code
        found[key] = found[key].plus(Sum(abs(row.delta), 1))
    return found


def verify(session: Session) -> Flaw | None:
    """Count the whole ledger anew as far as it was counted, and tell the first day that differs."""
    position, _at = counted(session)
    true = sums(session, 0, position)
    rows = session.execute(select(PointsFlow.__table__))
    kept = {(row.day, row.kind, row.code): Sum(row.points, row.number) for row in rows}
    for day, kind, code in sorted(set(true) | set(kept)):
        key = day, kind, code
        if true.get(key, Sum()) != kept.get(key, Sum()):
            return Flaw(int(f"{day:%Y%m%d}"), f"the flow of {kind} {code} is not what moved")
    return None


def counted(session: Session) -> tuple[int, datetime | None]:
    """Return up to which place of the chain flows are counted, and when that was."""
    row = session.execute(select(head.position, head.counted_at)).one_or_none()
    return (row.position, row.counted_at) if row else (0, None)


def by_month(
    session: Session, since: date, until: date
) -> dict[tuple[int, int], dict[TransactionKind, Sum]]:
    """Return what moved in each month of some days, by kind. One statement over days, not lines."""
    year, month = extract("year", flow.day), extract("month", flow.day)
    found: dict[tuple[int, int], dict[TransactionKind, Sum]] = {}
    rows = session.execute(
        select(year, month, flow.kind, func.sum(flow.points), func.sum(flow.number))
        .where(flow.day >= since, flow.day <= until)
        .group_by(year, month, flow.kind)
    )
    for at_year, at_month, kind, points, number in rows:
        place = int(at_year), int(at_month)
        found.setdefault(place, {})[kind] = Sum(int(points), int(number))
    return found


def by_rule(session: Session, since: date, until: date) -> dict[str, Sum]:
    """Return what was given by each rule on some days, without what was taken back since."""
    found: dict[str, Sum] = {}
    rows = session.execute(
        select(flow.code, func.sum(flow.points), func.sum(flow.number))
        .where(flow.day >= since, flow.day <= until, flow.kind == TransactionKind.EARN)
        .group_by(flow.code)
        .order_by(flow.code)
    )
    for code, points, number in rows:
        found[code] = Sum(int(points), int(number))
    return found


def _moves() -> Select[Any]:
    return (
        select(
            own.c.at,
            own.c.kind,
            func.coalesce(first.c.code, own.c.code).label("code"),
            entry.delta,
        )
        .select_from(PointsLink.__table__)
        .join(own, own.c.id == link.transaction_id)
        .join(PointsEntry.__table__, entry.transaction_id == own.c.id)
        .outerjoin(first, first.c.id == own.c.origin_id)
        .where(entry.account_id.in_(HOUSE))
    )


def _add(session: Session, moved: Mapping[Key, Sum]) -> None:
    for (day, kind, code), more in sorted(moved.items()):
        fresh = insert_into(session, PointsFlow).values(
            day=day, kind=kind, code=code, points=more.points, number=more.number
        )
        session.execute(
            fresh.on_conflict_do_update(
                index_elements=["day", "kind", "code"],
                set_={
                    "points": flow.points + fresh.excluded.points,
                    "number": flow.number + fresh.excluded.number,
                },
            )
        )
