"""What waits for the end of a chain is written with what it tells of, or not at all."""

import pytest
from sqlalchemy import func, select

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


def test_what_a_savepoint_undid_leaves_no_entry(db, clock) -> None:
    with db.transaction() as session:
        noted(session, clock, 1)
        with pytest.raises(Undone), session.begin_nested():
            noted(session, clock, 2)
            with session.begin_nested():
                noted(session, clock, 3)
            raise Undone
        with session.begin_nested():
            noted(session, clock, 4)

    assert kept(db) == [1, 4]


def test_what_a_transaction_undid_leaves_no_entry(db, clock) -> None:
    with pytest.raises(Undone), db.transaction() as session:
        noted(session, clock, 1)
        with session.begin_nested():
            noted(session, clock, 2)
        raise Undone

    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
        noted(session, clock, 3)
    assert kept(db) == [3]
