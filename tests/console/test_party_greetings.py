"""支部工作 says in one line that a greeting would be kind."""

from datetime import UTC, datetime

import pytest

from config.wording import LOCAL
from tests.console.test_party import cell as cell
from tests.console.test_party import seat as seat

KIND = "春节快到了，可以问候一声。"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"greetings": "2027-02-06 春节"})


def test_a_greeting_is_said_while_a_festival_is_near(cell, clock, seat) -> None:
    clock.set(datetime(2027, 2, 2, 9, tzinfo=LOCAL).astimezone(UTC))
    assert KIND not in seat("contact").get("/party").get_data(as_text=True)

    clock.advance(days=1)
    assert KIND in seat("contact").get("/party").get_data(as_text=True)
