"""Proof that what lies in other areas is as if it did not exist."""

from typing import Any

from sqlalchemy import select

from server.db import Base
from server.runtime import Runtime

FREE = {"console_session"}
"""That somebody looked is noted there."""


def stored(runtime: Runtime) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with runtime.db.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in FREE
        }


def assert_out_of_reach(clerk: Any, method: str, path: str, **fields: Any) -> None:
    """Assert that staff get no further with this address than with one that names nothing.

    The answer is 404 (or 403 where their posts have no such right at all), shows nothing that was
    stored, and no row of any table is changed by it.
    """
    runtime = clerk.client.application.extensions["runtime"]
    before = stored(runtime)

    answer = clerk.get(path) if method == "GET" else clerk.post(path, **fields)

    assert answer.status_code in (403, 404), f"{method} {path}: {answer.status_code}"
    assert stored(runtime) == before, f"{method} {path} has changed something"
