"""The emulated platform as one thing: its state and what carries messages in and out."""

from typing import cast

from flask import current_app

from emulator.client import Client
from emulator.clock import Clock
from emulator.courier import Courier
from emulator.push import Pusher
from emulator.settings import Settings
from emulator.wire import Wire
from emulator.world import World


class Platform:
    """Holds the parts together and ends them."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.world = World(settings, clock)
        self.wire = Wire()
        self.pusher = Pusher(self.world, self.wire)
        self.client = Client(self.world, self.wire)
        self.courier = Courier()

    def close(self) -> None:
        """Finish what is under way and close every connection."""
        self.courier.close()
        self.wire.close()


def platform() -> Platform:
    """Return the platform of the app that serves this request."""
    return cast(Platform, current_app.extensions["emulator"])
