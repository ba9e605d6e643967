import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from server.audit import trail
from server.audit.models import AuditEntry


def deeds(db, clock, how_many: int) -> None:
    for number in range(how_many):
        with db.transaction() as session:
            trail.record(session, 7, "need.verified", ("need", number), clock.now(), field="other")


def test_the_trail_of_many_deeds_is_whole(db, clock) -> None:
    deeds(db, clock, 5)

    with db.reading() as session:
        proof = trail.verify(session)

    assert (proof.length, proof.flaw) == (5, None)


def test_numbers_of_persons_never_stand_in_a_reason(db, clock) -> None:
    said = "本人来电13812345678，身份证11010519491231002X，第20260309号单"
    with db.transaction() as session:
        trail.record(session, 7, "need.verified", ("need", 1), clock.now(), reason=said)

    with db.reading() as session:
        kept = session.scalars(select(AuditEntry.reason)).one()
    assert kept == "本人来电***，身份证***，第20260309号单"


def test_a_deed_undone_leaves_no_trace(db, clock) -> None:
    def fail() -> None:
        with db.transaction() as session:
            trail.record(session, 7, "need.verified", ("need", 1), clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with db.reading() as session:
        assert trail.verify(session).length == 0


def test_the_database_itself_refuses_to_change_the_trail(db, clock) -> None:
    deeds(db, clock, 1)

    for deed in (update(AuditEntry).values(actor=8), delete(AuditEntry)):
        with pytest.raises(DatabaseError), db.transaction() as session:
            session.execute(deed)


@pytest.mark.parametrize("column", ["actor", "action", "facts", "at", "hash", "previous"])
def test_a_changed_entry_is_found(db, clock, column) -> None:
    deeds(db, clock, 3)
    _unguard(db)
    values = {"actor": 8, "action": "x", "facts": {"field": "x"}, "at": clock.advance(hours=1)}

    with db.transaction() as session:
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.id == 2)
            .values({column: values.get(column, "0" * 64)})
        )

    with db.reading() as session:
        flaw = trail.verify(session).flaw
    assert flaw is not None
    assert flaw.number == 2


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_missing_entry_is_found(db, clock, number) -> None:
    deeds(db, clock, 3)
    _unguard(db)

    with db.transaction() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id == number))

    with db.reading() as session:
        assert trail.verify(session).flaw is not None


def _unguard(db) -> None:
    with db.transaction() as session:
        if db.is_sqlite:
            for deed in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER audit_entry_no_{deed}"))
        else:
            session.execute(text("DROP TRIGGER audit_entry_append_only ON audit_entry"))
