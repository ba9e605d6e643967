"""The two programs put together once a worker, and handed to each test over a state of its own."""

from collections.abc import Iterable

from flask import Blueprint, Flask

import emulator.app
from config import logging
from emulator.clock import Clock
from emulator.platform import Platform
from emulator.settings import Settings as EmulatorSettings
from server.app import create_app
from server.jobs import Job
from server.runtime import Runtime


class Apps:
    """Apps by what goes into them; to compile their addresses and pages takes longer than a test.

    An app knows its runtime by one name and keeps nothing of it. A test that changes the app
    itself puts it back (`monkeypatch.setitem`).
    """

    def __init__(self) -> None:
        self._made: dict[object, Flask] = {}

    def over(
        self, runtime: Runtime, faces: Iterable[Blueprint], more_jobs: Iterable[Job] = ()
    ) -> Flask:
        """Return the app with these faces; until the next call it serves this runtime."""
        faces, settings = tuple(faces), runtime.settings
        secure = settings.public_url.startswith("https://")
        secret = settings.secret_key.get_secret_value()
        kind = (*(face.name for face in faces), secret, secure, runtime.has_party)
        if kind not in self._made:
            self._made[kind] = create_app(settings, faces, more_jobs, runtime)
        logging.configure(settings.log_level)
        self._made[kind].extensions["runtime"] = runtime
        return self._made[kind]


class EmulatorApps:
    """Emulators that nobody uses just now; an app knows its platform by one name as well."""

    def __init__(self) -> None:
        self._free: list[Flask] = []

    def over(self, settings: EmulatorSettings, clock: Clock) -> Flask:
        """Return an app over a platform of its own."""
        if not self._free:
            return emulator.app.create_app(settings, clock)
        app = self._free.pop()
        app.extensions["emulator"] = Platform(settings, clock)
        return app

    def close(self, app: Flask) -> None:
        """End the threads of its platform; another test may have the app."""
        app.extensions["emulator"].close()
        self._free.append(app)


EMULATORS = EmulatorApps()
