"""Conditions on lists of values."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam, literal
from sqlalchemy.orm import Session


def among(session: Session, column: ColumnElement[Any], values: Collection[Any]) -> Any:
    """Return a condition on a column, in the same words for any number of values.

    So that PostgreSQL prepares the statement once; SQLite is asked in the usual words.
    """
    if dialect_of(session) == "sqlite":
        return column.in_(values)
    return column == any_(literal(list(values), ARRAY(column.type)))


def named(dialect: str, column: ColumnElement[Any], name: str) -> Any:
    """Return the same condition for a statement that is built once and given its list by name."""
    if dialect == "sqlite":
        return column.in_(bindparam(name, expanding=True))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def dialect_of(session: Session) -> str:
    """Return the name of the session's kind of database, by which such a statement is kept."""
    return session.get_bind().dialect.name
