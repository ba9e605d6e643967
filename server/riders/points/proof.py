"""Proving the books: the chain is whole, transactions sum to nought, balances are true."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from server import chains
from server.chains import End, Flaw, Proof
from server.riders.models import (
    AccountKind,
    PointsAccount,
    PointsEntry,
    PointsLink,
    PointsLot,
    PointsTransaction,
    PointsWaiting,
)
from server.riders.points import ledger

transaction = PointsTransaction.__table__.c
account = PointsAccount.__table__.c
entry = PointsEntry.__table__.c
link = PointsLink.__table__.c
lot = PointsLot.__table__.c
waiting = PointsWaiting.__table__.c

Rows = Sequence[Mapping[str, Any]]
Left = Counter[tuple[int, str]]
"""What remains of each lot, by its account and its last day, as the lines say."""


def verify(session: Session, known: tuple[int, str] | None = None) -> Proof:
    """Read the whole ledger and tell the first place where it is not what was written.

    `known` is a length and hash copied elsewhere earlier, see `chains.verify`. The number of a
    flaw is the place in the chain, the transaction or the account that it speaks of.
    """
    left: Left = Counter()
    proof = chains.verify(session, ledger.CHAIN, known, partial(_look, left))
    if proof.flaw:
        return proof
    flaw = _outside(session) or _drift(session) or _shift(session, left)
    return proof._replace(flaw=flaw)


def end(session: Session) -> End:
    """Return where the chain of the ledger ends by now: worth keeping elsewhere each day."""
    return chains.end(session, ledger.CHAIN)


def _look(left: Left, session: Session, links: Rows) -> Flaw | None:
    """Tell the first of some links whose transaction is not what was written, or does not sum.

    What the lines left of each lot is added to `left`.
    """
    named = [row["transaction_id"] for row in links]
    found = select(PointsTransaction.__table__).where(transaction.id.in_(named))
    said = {row["id"]: dict(row) for row in session.execute(found).mappings()}
    lines: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    rows = select(PointsEntry.__table__).where(entry.transaction_id.in_(named))
    for read in session.execute(rows).mappings():
        lines[read["transaction_id"]].append(dict(read))
    for row in links:
        named_one = row["transaction_id"]
        own = lines[named_one]
        if named_one not in said:
            return Flaw(row["id"], "a transaction is missing")
        if ledger.digest(said[named_one], own) != row["digest"]:
            return Flaw(row["id"], "the transaction or one of its lines was changed")
        if sum(line["delta"] for line in own):
            return Flaw(row["id"], "the transaction does not sum to nought")
        for line in own:
            left.update(_left(line))
    return None


def _outside(session: Session) -> Flaw | None:
    chained = exists().where(link.transaction_id == transaction.id)
    found = session.scalar(select(transaction.id).where(~chained).limit(1))
    return None if found is None else Flaw(found, "a transaction stands outside the chain")


def _drift(session: Session) -> Flaw | None:
    """Tell the first account whose balance or waiting points are not what its lines say."""
    lines = _totals(session, entry.account_id, entry.delta)
    coming = _totals(session, waiting.person_id, waiting.points)
    for row in session.execute(
        select(account.id, account.kind, account.person_id, account.balance).order_by(account.id)
    ):
        if row.balance != lines.get(row.id, 0):
            return Flaw(row.id, "the balance of an account is not the sum of its lines")
        if row.kind is AccountKind.PENDING and row.balance != coming.get(row.person_id, 0):
            return Flaw(row.id, "what waits is not the balance of its account")
    return None


def _left(line: Mapping[str, Any]) -> dict[tuple[int, str], int]:
    """Return how many points more, or less, a line left in which lots of its account."""
    own, delta = line["account_id"], line["delta"]
    if line["lots"]:
        return {(own, day): part if delta > 0 else -part for day, part in line["lots"].items()}
    if line["last_day"] is not None and delta > 0:
        return {(own, line["last_day"].isoformat()): delta}
    return {}


def _shift(session: Session, left: Left) -> Flaw | None:
    """Tell the first account of which another day holds more, or less, than its lines say."""
    found = (
        select(lot.account_id, lot.last_day, lot.remains)
        .join(PointsAccount.__table__, account.id == lot.account_id)
        .where(account.kind == AccountKind.PERSON)
    )
    kept = {
        (row.account_id, row.last_day.isoformat()): row.remains for row in session.execute(found)
    }
    persons = set(session.scalars(select(account.id).where(account.kind == AccountKind.PERSON)))
    for own, day in sorted(kept.keys() | left.keys()):
        if own in persons and kept.get((own, day), 0) != left[own, day]:
            return Flaw(own, "what remains of an account's points is not what its lines left")
    return None


def _totals(session: Session, owner: Any, amount: Any) -> dict[int, int]:
    rows = session.execute(select(owner, func.sum(amount)).group_by(owner))
    return {row[0]: int(row[1]) for row in rows}
