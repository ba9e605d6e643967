from datetime import datetime

import pytest

from server import followers
from server.riders.rewards.means import Means
from tests.server.riders.rewards.acts import means_of
from tests.server.volunteers.conftest import race, statements

assert followers

__all__ = ["race", "statements"]


@pytest.fixture
def now(clock) -> datetime:
    return clock.now()


@pytest.fixture
def means(settings) -> Means:
    return means_of(settings)
