import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask

from bot.face import bot
from config.settings import Settings
from server.runtime import Runtime
from tests.apps import Apps
from tests.bot.driver import Line, Phone, line_of
from tests.clock import Clock

PATIENCE = 10

T = TypeVar("T")


@pytest.fixture
def runtime(settings: Settings, clock: Clock) -> Iterator[Runtime]:
    opened = Runtime.open(settings, clock)
    yield opened
    # a test that gave up waiting leaves a thread at work; its connection must be back first
    deadline = time.monotonic() + PATIENCE
    while opened.db.engine.pool.checkedout() and time.monotonic() < deadline:
        time.sleep(0.005)
    opened.close()


@pytest.fixture
def app(apps: Apps, runtime: Runtime) -> Flask:
    return apps.over(runtime, [bot])


@pytest.fixture
def line(app: Flask, settings: Settings, clock: Clock) -> Line:
    return line_of(app, settings, clock)


@pytest.fixture
def phone(line: Line) -> Callable[[], Phone]:
    """Makes phones, each of another person."""
    return lambda: Phone(line)


@pytest.fixture
def zhao(line: Line) -> Phone:
    """Somebody who follows the official account."""
    follower = Phone(line)
    follower.follows()
    return follower


@pytest.fixture
def at_once() -> Callable[[int, Callable[[int], T]], list[T]]:
    """Does a deed in so many threads that start together, and returns what each brought."""

    def run(how_many: int, deed: Callable[[int], T]) -> list[T]:
        start = Barrier(how_many)

        def one(number: int) -> T:
            start.wait()
            return deed(number)

        with ThreadPoolExecutor(how_many) as threads:
            return list(threads.map(one, range(how_many)))

    return run
