"""Engines that use the SQL which an earlier engine of this worker has put into words.

In the service an engine lives as long as the process and compiles each statement once. A test has
an engine of its own, so the suite would compile each statement some hundred times, and spend a
third of its time on it.
"""

from typing import Any

from sqlalchemy import Engine, create_engine, event

CACHE_SIZE = 5_000
_first: dict[str, Engine] = {}
"""By the kind of database, the first that reached one: only then a dialect knows all it must."""


def create_alike(url: str, **options: Any) -> Engine:
    """Do what `create_engine` does, and share what only depends on the kind of database."""
    made = create_engine(url, query_cache_size=CACHE_SIZE, **options)
    kind = made.dialect.name
    if first := _first.get(kind):
        # the words are kept by the dialect that chose them
        made.dialect = first.dialect
        made._compiled_cache = first._compiled_cache
    else:
        event.listen(made, "first_connect", lambda *_: _first.setdefault(kind, made))
    return made
