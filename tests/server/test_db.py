import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Event

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from server import db as database
from server.areas.models import Area, AreaKind
from server.db import Busy, Database
from server.people.models import Person

NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


def test_a_transaction_is_kept_whole_or_not_at_all(db):
    def half_done() -> None:
        with db.transaction() as session:
            session.add(Person(created_at=NOW))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()

    with db.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_who_reads_sees_one_snapshot_and_waits_for_no_writer(db):
    with db.transaction() as writing:
        writing.add(Person(created_at=NOW))
        writing.flush()
        with db.reading() as reading:
            assert reading.scalars(select(Person)).all() == []

    with db.reading() as reading:
        before = len(reading.scalars(select(Person)).all())
        with db.transaction() as writing:
            writing.add(Person(created_at=NOW))
        assert len(reading.scalars(select(Person)).all()) == before == 1


def test_who_reads_cannot_write(db):
    with pytest.raises(DBAPIError), db.reading() as session:
        session.execute(insert(Person).values(created_at=NOW))


def test_writers_take_turns_and_none_fails_halfway(db):
    started, let_go = Event(), Event()

    def first() -> None:
        with db.transaction() as session:
            session.add(Person(created_at=NOW))
            session.flush()
            started.set()
            let_go.wait(20)

    def second() -> int:
        started.wait(20)
        let_go.set()
        with db.transaction() as session:
            session.add(Person(created_at=NOW))
        with db.reading() as session:
            return len(session.scalars(select(Person)).all())

    with ThreadPoolExecutor(2) as writers:
        one, other = writers.submit(first), writers.submit(second)
        one.result(20)
        assert other.result(20) in (1, 2)
    with db.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 2


def test_another_process_that_writes_for_long_is_told_as_busy(database_url, monkeypatch):
    monkeypatch.setattr(database, "WAIT_MS", 20)
    db = Database(database_url)
    if not db.is_sqlite:
        return
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Busy), db.transaction() as session:
        session.add(Person(created_at=NOW))

    other.execute("ROLLBACK")
    with db.transaction() as session:
        session.add(Person(created_at=NOW))
    other.close()
    db.dispose()


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(db):
    shanghai = timezone(timedelta(hours=8))
    with db.transaction() as session:
        session.add(Person(created_at=NOW.astimezone(shanghai)))

    with db.reading() as session:
        [person] = session.scalars(select(Person))
        assert person.created_at == NOW
        assert person.created_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(db):
    with pytest.raises(Exception, match="without a time zone"), db.transaction() as session:
        session.add(Person(created_at=NOW.replace(tzinfo=None)))


def test_what_belongs_to_nothing_is_refused(db):
    orphan = Area(code="1", kind=AreaKind.STREET, name="无主", parent_id=99, path="99/1/")
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.add(orphan)


def test_the_embedded_database_syncs_before_it_answers(db):
    if not db.is_sqlite:
        with db.reading() as session:
            assert session.connection().exec_driver_sql("SHOW synchronous_commit").scalar()
        return
    with db.transaction() as session:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        told = [session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    assert told == ["wal", 2, 1]
