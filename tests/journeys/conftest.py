from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from server import jobs
from server.db import Database
from server.runtime import Runtime
from tests.clock import Clock
from tests.factories import an_activity
from tests.journeys.desk import Desk
from tests.phone import Emulator
from tests.serving import Place
from tests.windows import DESK, open_browser, open_window


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's browser, once for all tests of a file."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def desk(
    browser: Browser, emulator: Emulator, emulator_place: Place, service: str, runtime: Runtime
) -> Iterator[Desk]:
    """The phone page with two people on it; it may complain of nothing."""
    emulator.person("林小满")
    emulator.person("周建国")
    with open_window(browser, DESK) as (page, said):
        page.goto(emulator_place.url)
        yield Desk(page, runtime)
    assert said == []


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
