from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from server.notices.models import Notice


@pytest.fixture
def now(clock) -> datetime:
    return clock.now()


@pytest.fixture
def statements(db) -> Callable[[], object]:
    """Collect the statements that the database is asked while a block runs."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            seen.append(statement)

        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return collect


@pytest.fixture
def queued() -> Callable[[Session], list[tuple[str, int]]]:
    """Return every notice as (kind, person), in the order in which they were queued."""

    def read(session: Session) -> list[tuple[str, int]]:
        rows = session.execute(select(Notice.kind, Notice.person_id).order_by(Notice.id))
        return [(row.kind, row.person_id) for row in rows]

    return read
