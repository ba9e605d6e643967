"""The bare database drivers: a connection a thread for PostgreSQL, one for all on SQLite."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

URL = os.environ.get("BENCH_DATABASE", "sqlite:///:memory:")
IS_SQLITE = URL.startswith("sqlite")
_turn = threading.Lock()
_local = threading.local()


def sql(words: str) -> str:
    """Write a statement's `?` as the driver of this run wants it."""
    return words if IS_SQLITE else words.replace("?", "%s")


@contextmanager
def transaction() -> Iterator[Any]:
    """Yield a connection inside a transaction that is committed when the block ends."""
    if not IS_SQLITE:
        connection = _postgres()
        with connection.transaction():
            yield connection
        return
    with _turn:
        _SQLITE.execute("BEGIN IMMEDIATE")
        try:
            yield _SQLITE
        except BaseException:
            _SQLITE.execute("ROLLBACK")
            raise
        _SQLITE.execute("COMMIT")


@contextmanager
def reading() -> Iterator[Any]:
    """Yield a connection on which each statement stands alone."""
    if not IS_SQLITE:
        yield _postgres()
        return
    with _turn:
        yield _SQLITE


def _open_sqlite() -> sqlite3.Connection:
    connection = sqlite3.connect(
        URL.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


_SQLITE: Any = _open_sqlite() if IS_SQLITE else None


def _postgres() -> "psycopg.Connection[Any]":
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(
            URL.replace("+psycopg", ""), autocommit=True, prepare_threshold=0
        )
    found: psycopg.Connection[Any] = _local.connection
    return found
