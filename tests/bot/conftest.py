from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from bot.face import bot
from config.settings import Settings
from server.app import create_app
from server.runtime import Runtime
from tests.bot.driver import Line, Phone, line_of
from tests.clock import Clock


@pytest.fixture
def runtime(settings: Settings, clock: Clock) -> Iterator[Runtime]:
    opened = Runtime.open(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def app(settings: Settings, runtime: Runtime) -> Flask:
    return create_app(settings, faces=[bot], runtime=runtime)


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
