"""Migrations build exactly what the models say, and can be undone, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Index, Inspector, Integer, MetaData, Table, TextClause, inspect

from server.db import Database
from server.migrations import commands
from server.models import Base

pytestmark = pytest.mark.both


@pytest.fixture
def bare(bare_database_url: str) -> Iterator[Database]:
    database = Database(bare_database_url)
    yield database
    database.dispose()


def named(rows: list[Any], *parts: str) -> list[str]:
    return sorted(repr([plain(row.get(part)) for part in parts]) for row in rows)


def plain(fact: Any) -> Any:
    """Write the condition of a partial index as its words."""
    if isinstance(fact, dict):
        return {name: plain(value) for name, value in fact.items()}
    return str(fact) if isinstance(fact, TextClause) else fact


def table_of(seen: Inspector, name: str) -> dict[str, Any]:
    """Return what a table is made of, in words that can be compared."""
    return {
        "columns": {
            column["name"]: (repr(column["type"]), column["nullable"], column["default"])
            for column in seen.get_columns(name)
        },
        "key": seen.get_pk_constraint(name)["constrained_columns"],
        "indexes": named(
            seen.get_indexes(name), "name", "column_names", "unique", "dialect_options"
        ),
        "uniques": named(seen.get_unique_constraints(name), "name", "column_names"),
        "checks": named(seen.get_check_constraints(name), "name", "sqltext"),
        "foreign keys": named(
            seen.get_foreign_keys(name), "constrained_columns", "referred_table", "options"
        ),
    }


def schema(database: Database) -> dict[str, Any]:
    seen = inspect(database.engine)
    tables = set(seen.get_table_names()) - {"alembic_version"}
    return {name: table_of(seen, name) for name in sorted(tables)}


def test_the_migrations_build_what_the_models_say(bare: Database) -> None:
    Base.metadata.create_all(bare.engine)
    wanted = schema(bare)
    Base.metadata.drop_all(bare.engine)

    commands.upgrade(bare)

    assert schema(bare) == wanted


def test_the_migrations_go_up_and_down_and_up(bare: Database) -> None:
    commands.upgrade(bare)
    first = schema(bare)

    commands.downgrade(bare, "base")
    nothing = schema(bare)
    commands.upgrade(bare)

    assert first
    assert nothing == {}
    assert schema(bare) == first


def test_a_database_knows_whether_it_stands_at_the_newest_revision(bare: Database) -> None:
    before = commands.at_head(bare)

    commands.upgrade(bare)

    assert (before, commands.at_head(bare)) == (False, True)


def test_a_forgotten_column_and_a_forgotten_index_are_seen(bare: Database) -> None:
    commands.upgrade(bare)
    before = schema(bare)

    more = MetaData()
    table = Table("forgotten", more, Column("id", Integer, primary_key=True), Column("n", Integer))
    Index("ix_forgotten", table.c.n, unique=True)
    more.create_all(bare.engine)

    assert schema(bare) != before
    assert "ix_forgotten" in schema(bare)["forgotten"]["indexes"][0]
