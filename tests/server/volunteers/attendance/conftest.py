import pytest

from server.runtime import Runtime
from server.volunteers.attendance.presence import Means


@pytest.fixture
def means(runtime: Runtime) -> Means:
    return Means(runtime.vault, runtime.limits, runtime.policy, device="a phone")
