"""Writing transactions: what each rests on, its lines, and its place in the chain."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server import chains
from server.chains import Chain
from server.riders.models import (
    PointsAccount,
    PointsEntry,
    PointsHead,
    PointsLink,
    PointsTransaction,
    TransactionKind,
)

transaction = PointsTransaction.__table__.c
account = PointsAccount.__table__.c

_FRESH = {
    name: insert_into(PointsTransaction.__table__)
    .on_conflict_do_nothing()
    .returning(transaction.id)
    for name, insert_into in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_ENTRY = insert(PointsEntry.__table__)
_HOUSE = (
    update(PointsAccount.__table__)
    .where(account.id == bindparam("house"))
    .values(balance=account.balance + bindparam("change"))
)
SAID_OF_TRANSACTION = (
    *("kind", "code", "version", "source", "units", "origin_id", "event_at", "at"),
    *("actor", "approved_by", "reason", "shortfall", "inputs"),
)
SAID_OF_ENTRY = ("account_id", "delta", "number", "balance", "at", "last_day", "lots")
_BLANK = dict.fromkeys(SAID_OF_TRANSACTION) | {"code": "", "shortfall": 0}


class Line(NamedTuple):
    """One line to be; those of a person bear their number, balance and moment (see `accounts`)."""

    account_id: int
    delta: int
    number: int | None = None
    balance: int | None = None
    at: datetime | None = None
    last_day: date | None = None
    lots: dict[str, int] | None = None


class Begun(NamedTuple):
    """A transaction that is written down and has no lines yet."""

    id: int
    said: Mapping[str, Any]


def begin(session: Session, kind: TransactionKind, now: datetime, **told: Any) -> Begun | None:
    """Write a transaction down, or return None when the same was written down before.

    The same is what has the same kind with the same rule and source, or the same origin. `told`
    are columns of the table; the event was now unless `event_at` says otherwise. Of two at one
    time the second one waits here for the first.
    """
    said = _BLANK | {"kind": kind, "at": now, "event_at": now, "inputs": chains.GENESIS} | told
    fresh = _FRESH[session.get_bind().dialect.name]
    found = session.execute(fresh, said).scalar()
    return None if found is None else Begun(found, said)


def post(session: Session, begun: Begun, lines: Sequence[Line]) -> None:
    """Write the lines of a transaction, which sum to nought, and note its place in the chain.

    The accounts of the house change together with the head of the chain, just before the commit:
    everybody posts to them, and nobody waits for them longer than that takes.
    """
    if sum(line.delta for line in lines):
        raise ValueError("a transaction sums to nought")
    at = begun.said["at"]
    rows = [line._asdict() | {"transaction_id": begun.id, "at": line.at or at} for line in lines]
    if rows:
        session.execute(_ENTRY, rows)
    house = {line.account_id: line.delta for line in lines if line.number is None}
    noted = {
        "transaction_id": begun.id,
        "digest": digest(begun.said, rows),
        "house": house,
    }
    chains.note(session, CHAIN, noted)


def digest(said: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of a transaction with its lines."""
    lines = sorted(([_plain(row[name]) for name in SAID_OF_ENTRY] for row in rows), key=str)
    return mark([[_plain(said[name]) for name in SAID_OF_TRANSACTION], lines])


def mark(said: object) -> str:
    """Return the SHA-256 of words and numbers in their order."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def local_day(at: datetime) -> date:
    """Return the business day of a moment, which is Shanghai's."""
    return at.astimezone(LOCAL).date()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _said(row: Mapping[str, Any]) -> list[Any]:
    return [row["id"], row["transaction_id"], row["digest"]]


def _settle_house(session: Session, noted: Sequence[Mapping[str, Any]]) -> None:
    """Change each account of the house once, whatever the transaction holds."""
    changes = Counter[int]()
    for row in noted:
        changes.update(row["house"])
    for house in sorted(changes):
        if changes[house]:
            session.execute(_HOUSE, {"house": house, "change": changes[house]})


CHAIN = Chain(PointsLink.__table__, PointsHead.__table__, _said, _settle_house)
