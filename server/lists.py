"""Conditions on lists of values."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, literal
from sqlalchemy.orm import Session


def among(session: Session, column: ColumnElement[Any], values: Collection[Any]) -> Any:
    """Return a condition on a column, in the same words for any number of values.

    So that PostgreSQL prepares the statement once; SQLite is asked in the usual words.
    """
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(literal(list(values), ARRAY(column.type)))
