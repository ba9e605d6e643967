import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from config.settings import Settings
from server import limits as module
from server.limits import REST_SECONDS, CannotCount, Limits, TooManyGuesses, TooOften
from tests.knobs import make_settings

pytestmark = pytest.mark.once


@pytest.fixture(params=["memory", "valkey"])
def settings(request, database_url) -> Settings:
    redis = request.getfixturevalue("valkey_url") if request.param == "valkey" else None
    return make_settings(
        database_url, redis, limit_person="2/day", limit_guess="2/day", limit_guess_all="3/day"
    )


@pytest.fixture
def limits(settings):
    limits = Limits(settings)
    yield limits
    limits.close()


def test_each_has_a_limit_of_their_own(limits) -> None:
    for who in ("1", "2"):
        for _ in range(2):
            limits.spend("person", who)
        with pytest.raises(TooOften) as refusal:
            limits.spend("person", who)
        assert 0 < refusal.value.retry_after <= 86_401


def test_guesses_have_a_limit_for_each_and_for_all(limits) -> None:
    for person in (1, 1, 2):
        limits.guess(person)
    for person in (1, 2, 3):
        with pytest.raises(TooManyGuesses):
            limits.guess(person)


def test_counting_in_memory_starts_no_threads_and_forgets_what_is_over(
    database_url, monkeypatch
) -> None:
    monkeypatch.setattr(module, "SWEEP_EVERY", 10)
    limits = Limits(make_settings(database_url, limit_person="1/second"))
    limits._storage.timer.join()
    before = threading.active_count()

    for number in range(50):
        limits.spend("person", f"old {number}")
    assert threading.active_count() == before
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=2), tick=False):
        for number in range(10):
            limits.spend("person", f"new {number}")

    assert not [key for key in limits._storage.storage if "old" in key]
    limits.close()


def test_two_processes_share_a_limit_through_redis(database_url, valkey_url) -> None:
    settings = make_settings(database_url, valkey_url, limit_person="1/day")
    one, other = Limits(settings), Limits(settings)
    one.spend("person", "1")

    with pytest.raises(TooOften):
        other.spend("person", "1")
    one.close()
    other.close()


def test_while_redis_is_away_only_guesses_are_refused_and_nobody_waits(database_url) -> None:
    ticks = [0.0]
    settings = make_settings(database_url, "redis://127.0.0.1:9/0", limit_person="1/day")
    limits = Limits(settings, clock=lambda: ticks[0])

    for _ in range(3):
        limits.spend("person", "1")
        with pytest.raises(CannotCount):
            limits.guess(1)
    ticks[0] += REST_SECONDS
    with pytest.raises(CannotCount):
        limits.guess(1)
    limits.close()
