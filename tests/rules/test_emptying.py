"""A test on PostgreSQL finds its database as if nobody had used it before."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text

from server.audit import trail
from server.audit.models import AuditEntry, AuditHead
from server.db import Base, Database
from tests.clock import MONDAY_MORNING
from tests.databases import PostgresDatabases
from tests.factories import a_person
from tests.servers import Servers, started

PLANTED = {"audit_head": 1, "points_account": 3, "points_head": 1, "points_rule": 10}
"""What the migrations themselves put into tables."""
GROW = """INSERT INTO job_run (job, slot, claimed_at)
    SELECT 'tests-' || n, now(), now() FROM generate_series(1, 9000) n"""


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with started(postgres=True) as servers:
        yield servers


@pytest.fixture(scope="module")
def databases(servers: Servers, engines: None) -> Iterator[PostgresDatabases]:
    found = PostgresDatabases(servers, 0)
    yield found
    found.close()


def used(url: str, *more: str) -> list[int]:
    """Write what a test may write, an entry of the trail among it; return the numbers given."""
    database = Database(url)
    with database.transaction() as session:
        people = [a_person(session, MONDAY_MORNING) for _ in range(2)]
        trail.record(session, None, "tests.deed", ("person", people[0]), MONDAY_MORNING)
        for statement in more:
            session.execute(text(statement))
    database.dispose()
    return people


def stored(url: str) -> dict[str, int]:
    """Return how many rows each table holds that holds any."""
    database = Database(url)
    with database.reading() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
    database.dispose()
    return {name: count for name, count in counts.items() if count}


def size(url: str) -> int:
    """Return how many bytes the table of slots takes, dead rows and all."""
    database = Database(url)
    with database.reading() as session:
        found = session.scalar(text("SELECT pg_relation_size('job_run')"))
    database.dispose()
    return int(found or 0)


def test_the_next_test_gets_the_same_database_emptied(databases: PostgresDatabases) -> None:
    with databases.fresh() as url:
        new = stored(url)
        first = used(url)
        assert stored(url) != new

    with databases.fresh() as again:
        assert again == url
        assert stored(again) == new == PLANTED
        assert used(again) == first
        assert stored(again)["audit_entry"] == 1


def test_the_trail_begins_anew(databases: PostgresDatabases) -> None:
    for _twice in range(2):
        with databases.fresh() as url:
            database = Database(url)
            with database.reading() as session:
                assert session.scalar(select(AuditHead.length)) == 0
                assert session.scalar(select(AuditEntry.id)) is None
            database.dispose()
            used(url)


@pytest.mark.parametrize(
    "change", ["DROP INDEX uq_attendance_open", "ALTER TABLE person ADD x int", "ANALYZE person"]
)
def test_one_that_was_changed_or_measured_is_given_to_nobody(
    databases: PostgresDatabases, change: str
) -> None:
    with databases.fresh() as url:
        used(url, change)

    with databases.fresh() as another:
        assert another != url
        assert stored(another) == PLANTED


def test_a_connection_left_in_a_transaction_is_ended(databases: PostgresDatabases) -> None:
    with databases.fresh() as url:
        used(url)
        left = Database(url)
        transaction = left.engine.connect()
        transaction.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))

    with databases.fresh() as again:
        assert stored(again) == PLANTED
    transaction.invalidate()
    left.dispose()


def test_a_table_that_grew_is_made_anew(databases: PostgresDatabases) -> None:
    with databases.fresh() as url:
        used(url, GROW)
        assert size(url) > 500_000

    with databases.fresh() as again:
        assert again == url
        assert size(again) == 0
