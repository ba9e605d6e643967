"""Somebody sends pictures, and the worker fetches them from the emulator."""

from collections.abc import Callable
from typing import Any

import pytest

from server.photos import noting
from server.photos.models import Photo, Purpose
from server.runtime import Runtime
from tests.factories import a_person
from tests.phone import Emulator

Send = Callable[..., int]


@pytest.fixture
def sender(db, clock) -> int:
    """Somebody who sends pictures."""
    with db.transaction() as session:
        return a_person(session, clock.now())


@pytest.fixture
def put(emulator: Emulator) -> Callable[[bytes], str]:
    """Let the emulator keep a file, and return its media id."""

    def keep(content: bytes) -> str:
        world = emulator.app.extensions["emulator"].world
        with world.lock:
            return str(world.media.add(content, world.clock.now()))

    return keep


@pytest.fixture
def send(runtime: Runtime, put, sender) -> Send:
    """Note a picture that somebody sent by chat, and return its id."""

    def note(content: bytes, by: int = sender, purpose: Purpose = Purpose.HAZARD) -> int:
        media_id = put(content)
        with runtime.db.transaction() as session:
            told: dict[str, Any] = {"media_id": media_id, "by": by, "purpose": purpose}
            return noting.note(session, now=runtime.now(), **told)

    return note


@pytest.fixture
def row(runtime: Runtime) -> Callable[[int], Photo]:
    """Read how a picture stands."""

    def of(photo_id: int) -> Photo:
        with runtime.db.reading() as session:
            return session.get_one(Photo, photo_id)

    return of


@pytest.fixture
def fault(emulator: Emulator) -> Callable[..., None]:
    """Let the next fetches go wrong."""

    def queue(kind: str, value: Any = None, times: int = 1) -> None:
        told = {"path": "/cgi-bin/media/get", "kind": kind, "value": value, "times": times}
        emulator.ask("POST", "/_/faults", told)

    return queue
