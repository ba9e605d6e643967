import threading
import time
from threading import Event

import pytest

from bot.desk import Crowded, Desk

pytestmark = pytest.mark.once

PATIENCE = 10


def clerks() -> int:
    return sum(thread.name == "desk" for thread in threading.enumerate())


def test_work_is_done_elsewhere_and_its_result_fetched() -> None:
    attempt = Desk().begin(lambda: threading.current_thread().name)

    assert attempt.wait(PATIENCE)
    assert attempt.wait(0)
    assert attempt.result() == "desk"


def test_what_fails_fails_where_the_result_is_fetched() -> None:
    attempt = Desk().begin(lambda: {}["missing"])

    assert attempt.wait(PATIENCE)
    with pytest.raises(KeyError):
        attempt.result()


def test_nobody_waits_longer_than_they_want() -> None:
    end, after = Event(), Event()
    attempt = Desk().begin(lambda: end.wait(PATIENCE), after.set)

    assert not attempt.wait(0.01)
    attempt.abandoned = True
    end.set()

    assert after.wait(PATIENCE)


def test_what_comes_afterwards_comes_only_when_nobody_waited() -> None:
    desk, after = Desk(most=1), Event()

    attempt = desk.begin(lambda: 1, after.set)
    assert attempt.wait(PATIENCE)

    second = None
    while second is None:
        try:
            second = desk.begin(lambda: 2)
        except Crowded:
            time.sleep(0.001)
    assert second.wait(PATIENCE)
    assert not after.is_set()


def test_there_are_no_more_threads_than_allowed() -> None:
    end, desk = Event(), Desk(most=2)
    attempts = [desk.begin(lambda: end.wait(PATIENCE)) for _ in range(2)]

    with pytest.raises(Crowded):
        desk.begin(lambda: True)

    end.set()
    assert all(attempt.wait(PATIENCE) for attempt in attempts)


def test_threads_go_when_there_is_nothing_to_do() -> None:
    desk, before = Desk(most=4, idle_seconds=0.02), clerks()
    for _ in range(3):
        assert desk.begin(lambda: True).wait(PATIENCE)

    deadline = time.monotonic() + PATIENCE
    while clerks() > before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert desk.begin(lambda: True).wait(PATIENCE)


def test_no_work_is_lost_between_coming_and_going() -> None:
    desk, done = Desk(most=4, idle_seconds=0.0005), []

    for number in range(300):
        attempt = desk.begin(lambda number=number: done.append(number))
        assert attempt.wait(PATIENCE)
        time.sleep(0.0004)

    assert done == list(range(300))
