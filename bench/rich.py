"""Points for many at once: true in every sum, and not chained."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text, update

from bench.district import insert_rows, opened, settle
from server.riders.models import (
    ISSUANCE,
    AccountKind,
    PointsAccount,
    PointsEntry,
    PointsLot,
    PointsTransaction,
    TransactionKind,
)

RULE = ("SUGGEST_ADOPTED", 1)


def give(url: str, points: int, now: datetime) -> None:
    """Give everybody who has an account so many points, in one award each."""
    account = PointsAccount.__table__.c
    with opened(url) as database:
        with database.reading() as session:
            mine = select(account.id).where(account.kind == AccountKind.PERSON)
            found = list(session.scalars(mine.order_by(account.id)))
            newest = select(func.coalesce(func.max(PointsTransaction.id), 0))
            first = (session.scalar(newest) or 0) + 1
        code, version = RULE
        told = {"kind": TransactionKind.EARN, "code": code, "version": version, "units": 1}
        told |= {"event_at": now, "at": now, "shortfall": 0, "inputs": "0" * 64}
        numbered = list(enumerate(found, first))
        rows = [told | {"id": id_, "source": f"rich:{id_}"} for id_, _account in numbered]
        insert_rows(database, PointsTransaction.__table__, rows)
        last_day = date(now.year + 1, 12, 31)
        lines: list[dict[str, Any]] = []
        for id_, account_id in numbered:
            line = {"transaction_id": id_, "at": now, "lots": None}
            mine_too = {"number": 1, "balance": points, "last_day": last_day}
            lines.append(line | mine_too | {"account_id": account_id, "delta": points})
            nobody = {"number": None, "balance": None, "last_day": None}
            lines.append(line | nobody | {"account_id": ISSUANCE, "delta": -points})
        insert_rows(database, PointsEntry.__table__, lines)
        lots = [{"account_id": one, "last_day": last_day, "remains": points} for one in found]
        insert_rows(database, PointsLot.__table__, lots)
        with database.transaction() as session:
            owned = update(PointsAccount.__table__).where(account.kind == AccountKind.PERSON)
            session.execute(owned.values(balance=points, lines=1))
            house = update(PointsAccount.__table__).where(account.id == ISSUANCE)
            session.execute(house.values(balance=-points * len(found)))
            if not database.is_sqlite:
                table = "points_transaction"
                words = (
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {first + len(found)})"
                )
                session.execute(text(words))
        settle(database)
