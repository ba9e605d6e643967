"""Collecting what a database is asked while a block runs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import event

from server.db import Database

Collect = Callable[[], AbstractContextManager[list[str]]]


def asked_of(database: Database) -> Collect:
    """Return what collects the statements that this database is asked."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        # on PostgreSQL the reader is a view of the one engine
        engines = {database.engine} | ({database.reader} if database.is_sqlite else set())
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)

    return collect
