"""The ledger is append-only, sums to nought, and shows whatever was done behind its back."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.riders.models import (
    PointsAccount,
    PointsEntry,
    PointsHead,
    PointsLink,
    PointsLot,
    PointsTransaction,
)
from server.riders.points import accounts, ledger, maturing, proof, reversing, spending
from server.riders.points.ledger import Line
from tests.server.riders.acts import a_rider, books, earn

GUARDED = (PointsTransaction, PointsEntry, PointsLink)
TIMES = 100


@pytest.fixture
def written(db, clock) -> int:
    """Fifty deeds of five riders, some of them spent, taken back or on their way."""
    chance = random.Random(9)
    for number in range(10):
        with db.transaction() as session:
            now = clock.advance(days=1)
            rider = a_rider(session, now)
            award = earn(session, rider, now, f"suggestion:{number}", code="SUGGEST_ADOPTED")
            earn(session, rider, now, f"service_record:{number}", code="VOL_HOUR", units=2)
            maturing.mature(session, now)
            paid = spending.spend(session, rider, chance.randint(1, 4), f"r:{number}", now)
            if number % 3 == 0:
                reversing.reverse(session, award.transaction_id, "不实", now)
            if number % 3 == 1:
                spending.refund(session, paid, "没有货", now)
    return number


def test_all_accounts_sum_to_nought_and_balances_are_true(db, written) -> None:
    with db.reading() as session:
        assert books(session) == (None, 0)
        assert proof.verify(session).length > 30


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete(db, written, table, deed) -> None:
    change = delete(table) if deed == "delete" else update(table).values(_other(table))

    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as session:
        session.execute(change)


def test_control_without_the_guards_it_could_be_changed(db, written) -> None:
    unguard(db)

    with db.transaction() as session:
        session.execute(update(PointsEntry).values(delta=7))

    with db.reading() as session:
        assert proof.verify(session).flaw is not None


def _other(table) -> dict[str, Any]:
    return {"delta": 7} if table is PointsEntry else {"id": 10**6}


def unguard(db) -> None:
    with db.transaction() as session:
        for table in GUARDED:
            name = table.__tablename__
            if db.is_sqlite:
                for deed in ("update", "delete"):
                    session.execute(text(f"DROP TRIGGER {name}_no_{deed}"))
            else:
                session.execute(text(f"DROP TRIGGER {name}_append_only ON {name}"))


def changed(chance: random.Random, session: Session) -> None:
    """Change one column of one row."""
    table = chance.choice([PointsTransaction, PointsEntry, PointsEntry, PointsLink]).__table__
    rows = session.execute(select(table)).mappings().all()
    row = chance.choice(rows)
    columns = [c for c in table.columns if not c.foreign_keys and not c.primary_key]
    column = chance.choice(columns)
    new = {
        "delta": lambda: row["delta"] + chance.choice([-1, 1]),
        "kind": lambda: "refund" if row["kind"] == "earn" else "earn",
        "lots": lambda: {"2030-12-31": -1},
        "last_day": lambda: row["at"].date() + timedelta(days=3),
    }.get(column.name, lambda: _another(row[column.name]))()
    same = [key == row[key.name] for key in table.primary_key.columns]
    session.execute(update(table).where(*same).values({column.name: new}))


def _another(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1_000
    if isinstance(value, str):
        return "0" * 63 + "1"
    return 77 if value is None else value + timedelta(microseconds=1)


def deleted(chance: random.Random, session: Session) -> None:
    """Delete a line, or a whole transaction with its place in the chain."""
    which = chance.choice(session.scalars(select(PointsLink.transaction_id)).all())
    session.execute(delete(PointsEntry).where(PointsEntry.transaction_id == which))
    if chance.random() < 0.5:
        session.execute(delete(PointsLink).where(PointsLink.transaction_id == which))


def swapped(chance: random.Random, session: Session) -> None:
    """Let two transactions change places in the chain."""
    one, other = chance.sample(session.scalars(select(PointsLink.transaction_id)).all(), 2)
    numbers = dict(
        session.execute(
            select(PointsLink.transaction_id, PointsLink.id).where(
                PointsLink.transaction_id.in_((one, other))
            )
        ).all()
    )
    for which, number in ((one, -1), (other, numbers[one]), (one, numbers[other])):
        session.execute(
            update(PointsLink).where(PointsLink.transaction_id == which).values(id=number)
        )


def inserted(chance: random.Random, session: Session) -> None:
    """Write a transaction past the chain, or a line of an old one."""
    house, rich = (
        0,
        chance.choice(
            session.scalars(
                select(PointsAccount.id).where(PointsAccount.person_id.is_not(None))
            ).all()
        ),
    )
    if chance.random() < 0.5:
        moment = session.scalar(select(PointsTransaction.at).limit(1))
        begun = ledger.begin(session, "forfeit", moment)
        told = {"transaction_id": begun.id, "at": moment}
        for account, delta in ((house, -9), (rich, 9)):
            session.execute(insert(PointsEntry).values(account_id=account, delta=delta, **told))
        return
    which = chance.choice(session.scalars(select(PointsLink.transaction_id)).all())
    at = session.scalar(select(PointsTransaction.at).where(PointsTransaction.id == which))
    told = {"transaction_id": which, "at": at, "account_id": -1, "delta": 1}
    session.execute(insert(PointsEntry).values(told))


def enriched(chance: random.Random, session: Session) -> None:
    """Put points into an account or a lot that no line tells of."""
    table, column = chance.choice([(PointsAccount, "balance"), (PointsLot, "remains")])
    session.execute(update(table).values({column: getattr(table, column) + 1}))


def postponed(chance: random.Random, session: Session) -> None:
    """Let points be good for longer than they are."""
    day = session.scalar(select(PointsLot.last_day).where(PointsLot.remains > 0).limit(1))
    later = update(PointsLot).where(PointsLot.last_day == day)
    session.execute(later.values(last_day=day + timedelta(days=chance.randint(1, 400))))


def cut(chance: random.Random, session: Session) -> None:
    """Take the newest transactions off the end of the chain."""
    last = session.scalar(select(PointsHead.length))
    session.execute(delete(PointsLink).where(PointsLink.id > last - chance.randint(1, 3)))


WAYS = (changed, changed, changed, deleted, swapped, inserted, enriched, postponed, cut)


def test_a_hundred_of_a_hundred_tamperings_are_found(db, written) -> None:
    unguard(db)
    chance = random.Random(20260309)

    missed = []
    for number in range(TIMES):
        way = WAYS[number % len(WAYS)]
        connection = db.engine.connect()
        with connection, Session(bind=connection) as session:
            way(chance, session)
            if proof.verify(session).flaw is None:
                missed.append((number, way.__name__))
            session.rollback()

    assert missed == []


def test_control_a_proof_that_looks_at_the_numbers_alone_misses_what_was_changed(
    db, written, monkeypatch
) -> None:
    unguard(db)
    for look in ("_look", "_drift", "_shift"):
        monkeypatch.setattr(proof, look, lambda *_: None)

    with db.transaction() as session:
        session.execute(update(PointsEntry).values(delta=7))

    with db.reading() as session:
        assert proof.verify(session).flaw is None


def test_control_untouched_it_is_whole(db, written) -> None:
    unguard(db)

    with db.reading() as session:
        assert proof.verify(session).flaw is None


def test_an_end_that_is_cut_off_with_its_head_is_found_by_a_copy(db, written) -> None:
    unguard(db)
    with db.reading() as session:
        copy = proof.end(session)

    with db.transaction() as session:
        session.execute(update(PointsHead).values(length=copy.length + 1, hash="f" * 64))

    with db.reading() as session:
        assert proof.verify(session, (copy.length + 1, copy.hash)).flaw is not None


def test_a_transaction_that_does_not_sum_is_never_written(session, now) -> None:
    rider = a_rider(session, now)
    begun = ledger.begin(session, "forfeit", now)

    with pytest.raises(ValueError, match="nought"):
        ledger.post(session, begun, (Line(accounts.find(session, rider), 1),))


def test_control_a_cached_balance_that_drifts_is_seen(db, written) -> None:
    with db.transaction() as session:
        session.execute(
            update(PointsAccount).where(PointsAccount.kind == "issuance").values(balance=0)
        )

    with db.reading() as session:
        flaw, total = books(session)
    assert flaw is not None
    assert total != 0


def test_what_is_undone_leaves_no_trace_in_the_books(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider = a_rider(session, now)
        nested = session.begin_nested()
        earn(session, rider, now)
        nested.rollback()
        earn(session, rider, now, "report:2")

    with db.reading() as session:
        assert books(session) == (None, 0)
        assert proof.verify(session).length == 1
