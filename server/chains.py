"""Rows chained by hashes, each with the hash of the one before, so that no change goes unseen.

Rows wait with the session and are chained just before the commit: the head of a chain is the last
row that a transaction locks, so that no two transactions wait for each other in a circle.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Insert, Table, Update, bindparam, event, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.sql.dml import ReturningUpdate

GENESIS = "0" * 64
BATCH = 1_000
_WAITING = "chains"

Row = Mapping[str, Any]


class Flaw(NamedTuple):
    """Where a chain is not what was written, and how one can tell."""

    number: int
    what: str


class Proof(NamedTuple):
    """How long a chain is, the hash it ends with, and its first flaw if it has one."""

    length: int
    hash: str
    flaw: Flaw | None


class End(NamedTuple):
    """How long a chain is and the hash it ends with: worth keeping elsewhere each day."""

    length: int
    hash: str


@dataclass(frozen=True, eq=False)
class Chain:
    """A table whose rows are chained, and the one row that says where the chain ends.

    `rows` has the columns id, previous and hash, and what `said` puts in order for the hash;
    `head` has one row with length and hash. `along` writes what goes with the new rows, once the
    head is held: it is handed all that was noted, columns or not.
    """

    rows: Table
    head: Table
    said: Callable[[Row], list[Any]]
    along: Callable[[Session, Sequence[Row]], None] | None = None

    @cached_property
    def lengthen(self) -> ReturningUpdate[Any]:
        """Take the head with a write, so that all who append line up here."""
        head = self.head.c
        longer = update(self.head).values(length=head.length + bindparam("more"))
        return longer.returning(head.length, head.hash)

    @cached_property
    def add(self) -> Insert:
        """Write new rows."""
        return insert(self.rows)

    @cached_property
    def end(self) -> Update:
        """Note with which hash the chain ends by now."""
        return update(self.head).values(hash=bindparam("last"))


class _Noted(NamedTuple):
    chain: Chain
    row: Row
    within: SessionTransaction | None


def note(session: Session, chain: Chain, row: Row) -> None:
    """Keep a row for the end of a chain, with the caller's transaction or not at all."""
    waiting = session.info.setdefault(_WAITING, [])
    waiting.append(_Noted(chain, row, session.get_nested_transaction()))


def hash_of(chain: Chain, row: Row) -> str:
    """Return the SHA-256 of a row with the hash of the one before it."""
    said = [*chain.said(row), row["previous"]]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def end(session: Session, chain: Chain) -> End:
    """Return where a chain ends by now."""
    row = session.execute(select(chain.head.c.length, chain.head.c.hash)).one_or_none()
    return End(*row) if row else End(0, GENESIS)


def verify(
    session: Session,
    chain: Chain,
    known: tuple[int, str] | None = None,
    look: Callable[[Session, Sequence[Row]], Flaw | None] | None = None,
) -> Proof:
    """Read a whole chain and tell the first place where it is not what was written.

    `known` is a length and hash copied elsewhere earlier: it shows also what was rewritten from
    some place to the end, which a chain by itself cannot. `look` looks at what the rows speak of,
    a page at a time.
    """
    previous, number = GENESIS, 0
    while rows := _page(session, chain, number):
        for row in rows:
            number += 1
            flaw = _flaw(chain, row, number, previous)
            if flaw is None and known and number == known[0] and row["hash"] != known[1]:
                flaw = Flaw(number, "it was rewritten since the copy")
            if flaw:
                return Proof(number, previous, flaw)
            previous = row["hash"]
        flaw = look(session, rows) if look else None
        if flaw:
            return Proof(number, previous, flaw)
    if known and number < known[0]:
        return Proof(number, previous, Flaw(number + 1, "the end is missing since the copy"))
    length, last = end(session, chain)
    if (length, last) != (number, previous):
        return Proof(number, previous, Flaw(min(length, number) + 1, "the end is missing"))
    return Proof(number, previous, None)


def _page(session: Session, chain: Chain, after: int) -> list[dict[str, Any]]:
    place = chain.rows.c.id
    found = select(chain.rows).where(place > after).order_by(place).limit(BATCH)
    return [dict(row._mapping) for row in session.execute(found)]


def _flaw(chain: Chain, row: Row, number: int, previous: str) -> Flaw | None:
    if row["id"] != number:
        return Flaw(number, "an entry is missing")
    if row["previous"] != previous:
        return Flaw(number, "the chain is broken")
    if row["hash"] != hash_of(chain, row):
        return Flaw(number, "the entry was changed")
    return None


def _append(session: Session, chain: Chain, noted: Sequence[Row]) -> None:
    taken = session.execute(chain.lengthen, {"more": len(noted)}).one()
    number, previous = taken.length - len(noted), taken.hash
    rows = []
    for given in noted:
        number += 1
        row = {name: given[name] for name in given if name in chain.rows.c}
        row |= {"id": number, "previous": previous}
        previous = hash_of(chain, row)
        rows.append(row | {"hash": previous})
    session.execute(chain.add, rows)
    session.execute(chain.end, {"last": previous})
    if chain.along:
        chain.along(session, noted)


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    """Chain what the transaction has noted; a savepoint leaves it to the whole."""
    if session.in_nested_transaction():
        return
    waiting: Sequence[_Noted] = session.info.pop(_WAITING, ())
    if not waiting:
        return
    session.flush()
    # in one order for all: whoever appends to two chains takes their heads like everybody else
    chains = {noted.chain.rows.name: noted.chain for noted in waiting}
    for _name, chain in sorted(chains.items()):
        _append(session, chain, [noted.row for noted in waiting if noted.chain is chain])


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    """Forget what was noted within what is undone: a savepoint, or all of it."""
    waiting: Sequence[_Noted] = session.info.pop(_WAITING, ())
    left = [noted for noted in waiting if undone.nested and not _inside(noted.within, undone)]
    if left:
        session.info[_WAITING] = left


def _inside(within: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while within is not None and within is not undone:
        within = within.parent
    return within is not None
