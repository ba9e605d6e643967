from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import Refusal
from server.notices.models import Notice
from server.volunteers.signups import reminders
from tests.statements import Collect, asked_of


@pytest.fixture
def now(clock) -> datetime:
    return clock.now()


@pytest.fixture
def statements(db) -> Collect:
    """Collects what the database of `session` is asked while a block runs."""
    return asked_of(db)


@pytest.fixture
def race(db) -> Callable[[list[Callable[[Session], Any]]], list[Any]]:
    """Run each act in a transaction of its own, all from one moment; return what each got."""

    def run(acts):
        ready = Barrier(len(acts))

        def one(act):
            ready.wait(20)
            try:
                with db.transaction() as session:
                    return act(session)
            except Refusal as refusal:
                return refusal

        with ThreadPoolExecutor(len(acts)) as crowd:
            return list(crowd.map(one, acts))

    return run


@pytest.fixture
def queued() -> Callable[[Session], list[tuple[str, int]]]:
    """Return all news as (kind, person), in the order in which they were queued.

    Reminders, which are queued with every place, are left out.
    """

    def read(session: Session) -> list[tuple[str, int]]:
        news = select(Notice.kind, Notice.person_id).where(Notice.kind != reminders.KIND)
        rows = session.execute(news.order_by(Notice.id))
        return [(row.kind, row.person_id) for row in rows]

    return read
