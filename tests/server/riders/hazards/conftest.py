import pytest

from tests.server.riders.acts import a_rider
from tests.server.riders.hazards.acts import triager, unit


@pytest.fixture
def vault(runtime):
    return runtime.vault


@pytest.fixture
def rider(session, now) -> int:
    return a_rider(session, now)


@pytest.fixture
def clerk(session, now, rider):
    return triager(session, now)


@pytest.fixture
def colleague(session, now, clerk):
    return triager(session, now)


@pytest.fixture
def grid(session, now, clerk):
    return unit(session, now)
