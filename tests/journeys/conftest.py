from collections.abc import Callable

import pytest

from server import jobs
from server.db import Database
from server.runtime import Runtime
from tests.clock import Clock
from tests.factories import an_activity


@pytest.fixture
def district(service, emulator):
    """The service and the emulator, each answering the other over HTTP; the emulator."""
    return emulator


@pytest.fixture
def one_place(db: Database, clock: Clock) -> str:
    """An activity with a single place; its shift's id as REST writes it."""
    with db.transaction() as session:
        return str(an_activity(session, clock.now(), title="上门读报").shifts[0].id)


@pytest.fixture
def pass_by(runtime: Runtime) -> Callable[[str], object]:
    """Run a job of the timetable by hand."""

    def run(name: str) -> object:
        return jobs.run_once(runtime, name)

    return run
