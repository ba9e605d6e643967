"""What passes by itself, told from mistakes of ours: a database that is busy, full or away."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DEADLOCK, NOT_THERE = "40P01", "23503"
"""PostgreSQL's words for two that wait for each other, and for a row named that is not there."""
WHO_MAY_GO = ("_person", "_account")
"""How constraints end that name somebody: people are joined and forgotten while others write."""
# SQLite's words for: busy, locked, read-only, input/output error, full, cannot open
SQLITE_PASSING = frozenset({5, 6, 10, 13, 14})


class Busy(Exception):  # noqa: N818  a state of the database, not a mistake of the caller
    """The database is locked, full, away or out of connections; as far as we know all is undone."""


class Crossed(Busy):
    """Two transactions stood in each other's way, and this one gave way: at once it will do.

    They waited for each other; or one named a person, as news does, while the other joined that
    person with another or forgot them.
    """


@contextmanager
def busy_if_passing() -> Iterator[None]:
    """Turn what passes by itself into `Busy`; a mistake of ours stays what it is."""
    try:
        yield
    except PoolTimeout as error:
        raise Busy("no connection is free") from error
    except sqlite3.Error as error:
        # the wish to write is told to SQLite itself, which answers past SQLAlchemy
        if _passes(error):
            raise Busy(type(error).__name__) from error
        raise
    except DBAPIError as error:
        if _has_crossed(error):
            raise Crossed(type(error.orig).__name__) from error
        if _is_passing(error):
            raise Busy(type(error.orig).__name__) from error
        raise


def _has_crossed(error: DBAPIError) -> bool:
    """Tell whether another transaction has crossed this one; on SQLite there is only one."""
    if not isinstance(error.orig, psycopg.Error):
        return False
    if error.orig.sqlstate == NOT_THERE:
        return (error.orig.diag.constraint_name or "").endswith(WHO_MAY_GO)
    return error.orig.sqlstate == DEADLOCK


def _is_passing(error: DBAPIError) -> bool:
    """Tell a database that is busy, full or away from a statement that is wrong."""
    if isinstance(error.orig, sqlite3.Error):
        return _passes(error.orig)
    return isinstance(error, OperationalError) or error.connection_invalidated


def _passes(error: sqlite3.Error) -> bool:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in SQLITE_PASSING
