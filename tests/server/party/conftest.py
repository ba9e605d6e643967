from datetime import datetime

import pytest

from server import followers
from tests.server.volunteers.conftest import race as race

assert followers


@pytest.fixture
def now(clock) -> datetime:
    return clock.now()
