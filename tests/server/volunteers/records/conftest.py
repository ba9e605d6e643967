from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.orm import Session

from server.errors import Refusal
from server.volunteers.hours import versions


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
def changed(monkeypatch):
    """The ids of records of which others were told that they changed."""
    told = []
    monkeypatch.setattr(versions, "CHANGED", [lambda _session, record, _now: told.append(record)])
    return told
