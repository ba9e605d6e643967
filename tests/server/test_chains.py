"""What waits for the end of a chain is written with what it tells of, or not at all."""

import pytest
from sqlalchemy import select

from server.audit import trail
from server.audit.models import AuditEntry


def noted(session, clock, number: int) -> None:
    trail.record(session, None, "tests.deed", ("person", number), clock.now())


def kept(db) -> list[int | None]:
    with db.reading() as session:
        entries = select(AuditEntry.subject_id).order_by(AuditEntry.id)
        assert trail.verify(session).flaw is None
        return list(session.scalars(entries))


class Undone(Exception):  # noqa: N818  it is what happens
    """The savepoint is rolled back."""


def undone(db, clock, *numbers: int) -> None:
    with db.transaction() as session:
        noted(session, clock, numbers[0])
        with session.begin_nested():
            noted(session, clock, numbers[1])
        raise Undone


def undone_inside(session, clock, *numbers: int) -> None:
    with session.begin_nested():
        noted(session, clock, numbers[0])
        with session.begin_nested():
            noted(session, clock, numbers[1])
        raise Undone


def test_what_a_savepoint_undid_leaves_no_entry(db, clock) -> None:
    with db.transaction() as session:
        noted(session, clock, 1)
        with pytest.raises(Undone):
            undone_inside(session, clock, 2, 3)
        with session.begin_nested():
            noted(session, clock, 4)

    assert kept(db) == [1, 4]


def test_what_a_transaction_undid_leaves_no_entry(db, clock) -> None:
    with pytest.raises(Undone):
        undone(db, clock, 1, 2)

    with db.transaction() as session:
        noted(session, clock, 3)

    assert kept(db) == [3]
