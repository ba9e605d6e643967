"""Whether the books are true: sums over all accounts in one snapshot, while a rig runs and after.

Nothing here asks the service: what it would say of its own books is another question.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.district import opened
from bench.rigs import pieces
from server.riders.models import (
    AccountKind,
    PointsAccount,
    PointsEntry,
    PointsLot,
    PointsTransaction,
    TransactionKind,
)
from server.riders.points import proof

EVERY_SECONDS, TAKES = 0.05, 4
"""Between two looks, which grow dearer with the books, lie so many times what one takes."""

account = PointsAccount.__table__.c
entry = PointsEntry.__table__.c
lot = PointsLot.__table__.c
transaction = PointsTransaction.__table__.c


class Watch:
    """Takes samples while the block of `looking` runs; each is one snapshot."""

    def __init__(self, url: str) -> None:
        self.samples = 0
        self.found: Counter[str] = Counter()
        self._url = url

    @contextmanager
    def looking(self) -> Iterator["Watch"]:
        """Look again and again while the block runs, and once more when it has ended."""
        stop = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            looking = pool.submit(self._look, stop)
            try:
                yield self
            finally:
                stop.set()
            looking.result()

    def _look(self, stop: threading.Event) -> None:
        with opened(self._url) as database:
            ended, seconds = False, 0.0
            while not ended:
                ended = stop.wait(max(EVERY_SECONDS, TAKES * seconds))
                begun = time.monotonic()
                with database.reading() as session:
                    self.found.update(sample(session))
                self.samples += 1
                seconds = time.monotonic() - begun


def sample(session: Session) -> Counter[str]:
    """Return how much of accounts, lots and shelves is untrue, in one snapshot."""
    lines = _totals(entry.account_id, entry.delta)
    lots = _totals(lot.account_id, lot.remains)
    rows = session.execute(
        select(
            account.kind,
            account.balance,
            func.coalesce(lines.c.total, 0).label("lines"),
            func.coalesce(lots.c.total, 0).label("lots"),
        )
        .outerjoin(lines, lines.c.owner == account.id)
        .outerjoin(lots, lots.c.owner == account.id)
    ).all()
    persons = [row for row in rows if row.kind is AccountKind.PERSON]
    found = pieces.sample(session)
    found.update(
        {
            "drift": sum(row.balance != row.lines for row in rows)
            + sum(row.balance != row.lots for row in persons)
            + (sum(row.balance for row in rows) != 0),
            "negative": sum(row.balance < 0 for row in rows if row.kind != AccountKind.ISSUANCE),
        }
    )
    return found


def _totals(owner: Any, amount: Any) -> Any:
    found = select(owner.label("owner"), func.sum(amount).label("total"))
    return found.group_by(owner).subquery()


def doubled(session: Session) -> dict[str, int]:
    """Return how many transactions there are too many: for one source, and on one origin."""
    sourced = (transaction.kind, transaction.code, transaction.source)
    resting = (transaction.kind, transaction.origin_id)
    return {
        "doubled": _beyond_one(session, transaction.source, *sourced),
        "undone twice": _beyond_one(session, transaction.origin_id, *resting),
    }


def undone(session: Session) -> int:
    """Return how many awards were taken back, however often."""
    origins = select(func.count(transaction.origin_id.distinct()))
    found = origins.where(transaction.kind == TransactionKind.REVERSE)
    return int(session.scalar(found) or 0)


def _beyond_one(session: Session, told: Any, *same: Any) -> int:
    many = select(func.count().label("many")).where(told.is_not(None)).group_by(*same).subquery()
    beyond = select(func.coalesce(func.sum(many.c.many - 1), 0))
    return int(session.scalar(beyond) or 0)


def moved(session: Session) -> dict[int, list[int]]:
    """Return of every transaction how much it moved in the accounts that it touched."""
    found: dict[int, list[int]] = {}
    for row in session.execute(select(entry.transaction_id, entry.delta)):
        found.setdefault(row.transaction_id, []).append(row.delta)
    return found


def stored(session: Session) -> dict[int, str | None]:
    """Return every transaction with its source."""
    return {
        row.id: row.source for row in session.execute(select(transaction.id, transaction.source))
    }


def flaw(session: Session) -> str:
    """Return the first flaw that the service itself finds in its ledger, or nothing."""
    found = proof.verify(session).flaw
    return f"{found.number}: {found.what}" if found else ""
