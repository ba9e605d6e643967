"""Books of points with years behind them: written in bulk, true in every sum, and not chained.

The riders' lines lie mixed as time mixes them: somebody's last twenty stand far from each other.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, UniqueConstraint, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from bench import riders
from bench.district import Plan, build, opened, settle
from server.db import Database
from server.riders.models import PointsEntry

YOUNG = 10_000
LINES = 500
"""Lines of one rider; as many of the issuance account stand against them."""
CHUNK = 200_000
SPAN = timedelta(days=730)
_NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT :first + 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
)
_AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', :begin + i * :span / :many, 'unixepoch')",
    "postgresql": "to_timestamp(:begin + i * :span / :many)",
}
_NUMBERED = {
    "sqlite": _NUMBERS,
    "postgresql": "WITH n(i) AS (SELECT generate_series(CAST(:first AS BIGINT) + 1, :last))",
}
_TRANSACTIONS = """
INSERT INTO points_transaction (id, kind, code, version, source, units, event_at, at, shortfall,
  inputs)
{numbers} SELECT i, 'earn', 'HAZARD_OK', 1, 'old:' || i, 1, {at}, {at}, 0, :mark FROM n
"""
_LINES = """
INSERT INTO points_entry (transaction_id, account_id, delta, number, balance, at, last_day, lots)
{numbers} SELECT i, :first_account + 2 * ((i - 1) % :riders), 1, (i - 1) / :riders + 1,
  (i - 1) / :riders + 1, {at}, '{last_day}', 'null' FROM n
"""
_HOUSE = """
INSERT INTO points_entry (transaction_id, account_id, delta, at, lots)
{numbers} SELECT i, 0, -1, {at}, 'null' FROM n
"""
_BALANCES = (
    "UPDATE points_account SET balance = :lines, lines = :lines WHERE kind = 'person'",
    "UPDATE points_account SET balance = - :many WHERE id = 0",
    "INSERT INTO points_lot (account_id, last_day, remains)"
    " SELECT id, '{last_day}', balance FROM points_account WHERE kind = 'person'",
)
_QUICK = {
    # what is lost here is written again; nobody's foreign key is doubted
    "sqlite": ("PRAGMA cache_size = -1500000", "PRAGMA synchronous = OFF"),
    "postgresql": (
        "SET session_replication_role = replica",
        "SET synchronous_commit = off",
        "SET statement_timeout = 0",
        "SET maintenance_work_mem = '512MB'",
    ),
}


class Books(NamedTuple):
    """Where they lie, and whose lines are in them."""

    url: str
    riders: range


def write(url: str, entries: int) -> Books:
    """Migrate the empty database and write books of so many entries."""
    many = entries // 2
    people = max(1, many // LINES)
    begin = datetime.now(UTC) - SPAN
    build(url, Plan(people=people, open=0))
    riders.enrol(url, range(1, people + 1), begin)
    with opened(url) as database:
        facts = {
            "many": many,
            "riders": people,
            "lines": many // people,
            "begin": int(begin.timestamp()),
            "span": int(SPAN.total_seconds()),
            "mark": "0" * 64,
            "last_day": date(datetime.now(UTC).year + 1, 12, 31).isoformat(),
        }
        _write(database, facts)
        settle(database)
    return Books(url, range(1, people + 1))


def _write(database: Database, facts: Mapping[str, Any]) -> None:
    """Write them in pieces; the indexes of entries are made once all is there, where they can."""
    kind = database.engine.dialect.name
    with database.engine.connect() as connection:
        # past SQLAlchemy, which would begin a transaction first
        driver: Any = connection.connection.dbapi_connection
        for words in _QUICK[kind]:
            driver.execute(words)
        driver.commit()
        _indexes(connection, dropping=True)
        account = "SELECT min(id) FROM points_account WHERE kind = 'person'"
        first_account = connection.exec_driver_sql(account).scalar_one()
        for first in range(0, facts["many"], CHUNK):
            last = min(first + CHUNK, facts["many"])
            given = {**facts, "first": first, "last": last, "first_account": first_account}
            for words in (_TRANSACTIONS, _LINES, _HOUSE):
                _do(connection, words, kind, given)
            connection.commit()
        for words in _BALANCES:
            _do(connection, words, kind, facts)
        connection.commit()
        _indexes(connection, dropping=False)
        # the connection goes back to none: what was set here is set for nobody else
        connection.invalidate()


def _do(connection: Connection, words: str, kind: str, facts: Mapping[str, Any]) -> None:
    known = {"numbers": _NUMBERED[kind], "at": _AT[kind], "last_day": facts["last_day"]}
    statement = words.format(**known)
    prepared = text(statement)
    named = {name: facts[name] for name in prepared.compile().params}
    connection.execute(prepared, named)


def _indexes(connection: Connection, *, dropping: bool) -> None:
    table = PointsEntry.__table__
    for index in table.indexes:
        index.drop(connection) if dropping else index.create(connection)
    if connection.dialect.name != "sqlite":
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                deed = DropConstraint if dropping else AddConstraint
                connection.execute(deed(constraint))
    connection.commit()
