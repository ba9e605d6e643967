"""Meddling with the ledger by plain SQL, behind the service's back, and taking it back again.

Whoever meddles has dropped the triggers, and on this connection no foreign key is looked at. The
cleverest ways let the hash of what they changed fit again.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from server import chains
from server.riders.models import (
    PointsAccount,
    PointsEntry,
    PointsHead,
    PointsLink,
    PointsLot,
    PointsTransaction,
    PointsWaiting,
)
from server.riders.points import ledger

transaction = PointsTransaction.__table__
entry = PointsEntry.__table__
link = PointsLink.__table__
GUARDED = (transaction, entry, link)
KEPT = (
    (PointsAccount.__table__, "balance"),
    (PointsLot.__table__, "remains"),
    (PointsWaiting.__table__, "points"),
    (PointsHead.__table__, "length"),
)
"""What is not append-only, with the figure that must agree with what is."""
TABLES = (*GUARDED, *(table for table, _column in KEPT))

Row = Mapping[str, Any]
State = dict[Table, list[dict[str, Any]]]
Way = Callable[[random.Random, Connection], None]


def engine(url: str) -> Engine:
    """Open the database as somebody who looks at no rules."""
    if not url.startswith("sqlite"):
        options = {"options": "-c session_replication_role=replica -c timezone=UTC"}
        address = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return create_engine(address, connect_args=options)
    found = create_engine(url)

    @event.listens_for(found, "connect")
    def _look_away(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = OFF")

    return found


def changed(chance: random.Random, connection: Connection) -> None:
    """Change one column of one row of what is written for good."""
    table = chance.choice(GUARDED)
    _change(connection, table, _row(chance, connection, table), chance.choice(_changing(table)))


def mended(chance: random.Random, connection: Connection) -> None:
    """Change a line, and let the hashes of its own place in the chain fit again."""
    places = _rows(connection, link)[:-1]
    place = chance.choice(places)
    own = entry.c.transaction_id == place["transaction_id"]
    lines = [dict(row) for row in connection.execute(select(entry).where(own)).mappings()]
    if lines:
        _change(connection, entry, chance.choice(lines), entry.c.delta)
    else:
        _change(connection, transaction, _named(connection, place), transaction.c.reason)
    lines = [dict(row) for row in connection.execute(select(entry).where(own)).mappings()]
    place["digest"] = ledger.digest(_named(connection, place), lines)
    place["hash"] = chains.hash_of(ledger.CHAIN, place)
    told = {"digest": place["digest"], "hash": place["hash"]}
    connection.execute(update(link).where(link.c.id == place["id"]).values(told))


def deleted(chance: random.Random, connection: Connection) -> None:
    """Delete one row."""
    table = chance.choice(GUARDED)
    connection.execute(delete(table).where(*_is(table, _row(chance, connection, table))))


def vanished(chance: random.Random, connection: Connection) -> None:
    """Delete a transaction with all that speaks of it."""
    which = _row(chance, connection, link)["transaction_id"]
    for column in (entry.c.transaction_id, link.c.transaction_id, transaction.c.id):
        connection.execute(delete(column.table).where(column == which))


def swapped(chance: random.Random, connection: Connection) -> None:
    """Let two rows change places: two links of the chain, or two lines of an account."""
    lines: dict[int, list[Row]] = defaultdict(list)
    for row in _rows(connection, entry):
        if row["number"] is not None:
            lines[row["account_id"]].append(row)
    several = [rows for rows in lines.values() if len(rows) > 1]
    if not several or chance.random() < 0.5:
        one, other = chance.sample(_rows(connection, link), 2)
        _exchange(connection, link, "id", one, other)
        return
    first, second = chance.sample(chance.choice(several), 2)
    _exchange(connection, entry, "number", first, second)


def enriched(chance: random.Random, connection: Connection) -> None:
    """Raise a figure that is kept beside the lines."""
    table, column = chance.choice(KEPT)
    rows = _rows(connection, table)
    table, column = (table, column) if rows else KEPT[0]
    row = chance.choice(_rows(connection, table))
    _let(connection, table, row, {column: row[column] + 1})


def postponed(chance: random.Random, connection: Connection) -> None:
    """Let points be good for a day longer."""
    table = PointsLot.__table__
    row = chance.choice([row for row in _rows(connection, table) if row["remains"]])
    _let(connection, table, row, {"last_day": row["last_day"] + timedelta(days=1)})


def cut(chance: random.Random, connection: Connection) -> None:
    """Take the newest transactions off the end, and nothing else."""
    last = [row["transaction_id"] for row in _rows(connection, link)][-chance.randint(1, 3) :]
    for column in (entry.c.transaction_id, link.c.transaction_id, transaction.c.id):
        connection.execute(delete(column.table).where(column.in_(last)))


WAYS: tuple[Way, ...] = (
    *(changed, mended, deleted, swapped, vanished),
    *(changed, enriched, postponed, deleted, cut),
)


def refused(chance: random.Random, connection: Connection) -> tuple[int, list[str]]:
    """Try to change and delete what is guarded; return how often, and what was not refused."""
    tried, taken = 0, []
    for table in GUARDED:
        row = _row(chance, connection, table)
        for column in [*_changing(table), None]:
            tried += 1
            try:
                with connection.begin_nested():
                    if column is None:
                        connection.execute(delete(table).where(*_is(table, row)))
                    else:
                        _change(connection, table, row, column)
            except DBAPIError as error:
                if "append-only" in str(error):
                    continue
            taken.append(f"{table.name}.{column.name if column is not None else '*'}")
    return tried, taken


def unguard(connection: Connection) -> None:
    """Drop the triggers that let nobody change what is written."""
    for table in GUARDED:
        if connection.dialect.name == "sqlite":
            for deed in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table.name}_no_{deed}"))
        else:
            connection.execute(text(f"DROP TRIGGER {table.name}_append_only ON {table.name}"))


def state(connection: Connection) -> State:
    """Return all that the ledger holds."""
    return {table: _rows(connection, table) for table in TABLES}


def restore(connection: Connection, true: State) -> None:
    """Let the ledger hold what it held, whatever was done to it."""
    for table, rows in true.items():
        if _rows(connection, table) != rows:
            connection.execute(delete(table))
            if rows:
                connection.execute(insert(table), rows)


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    found = select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(found).mappings()]


def _exchange(connection: Connection, table: Table, column: str, one: Row, other: Row) -> None:
    aside = {**one, column: -1}
    for row, told in ((one, -1), (other, one[column]), (aside, other[column])):
        _let(connection, table, row, {column: told})


def _row(chance: random.Random, connection: Connection, table: Table) -> Row:
    return chance.choice(_rows(connection, table))


def _named(connection: Connection, place: Row) -> dict[str, Any]:
    one = select(transaction).where(transaction.c.id == place["transaction_id"])
    return dict(connection.execute(one).mappings().one())


def _changing(table: Table) -> list[Any]:
    return [each for each in table.columns if not each.primary_key]


def _is(table: Table, row: Row) -> list[Any]:
    return [each == row[each.name] for each in table.primary_key.columns]


def _let(connection: Connection, table: Table, row: Row, told: Row) -> None:
    connection.execute(update(table).where(*_is(table, row)).values(dict(told)))


def _change(connection: Connection, table: Table, row: Row, column: Any) -> None:
    _let(connection, table, row, {column.name: _another(row[column.name], column)})


def _another(value: Any, column: Any) -> Any:
    """Return another value of the same kind, such as the column might hold."""
    kinds: dict[str, Any] = {"kind": "forfeit", "lots": {"2030-12-31": 1}}
    if column.name in kinds:
        return kinds[column.name]
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, str):
        return "0" * 63 + "1" if len(value) == 64 else value + "x"
    if isinstance(value, int):
        return value + 1_000
    return _first(column)


def _first(column: Any) -> Any:
    """Return a value for what had none."""
    kind = column.type.python_type
    if kind is date:
        return date(2030, 1, 1)
    return 1_000 if kind is int else "x"
