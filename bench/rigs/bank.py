"""A bank: a ledger with riders, shelves, customers, and tellers of whom one after another dies."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import hosts
from bench.places import Place
from bench.rigs import shop
from bench.rigs.customers import Customer
from bench.rigs.dealings import Mix
from bench.rigs.outcome import Order
from bench.rigs.tellers import Process, Start, Teller

KILL_SECONDS, KILL_SECONDS_OF_FEW = 2.0, 0.3
MANY = 1_000
"""Of fewer dealings than these a teller is killed more often, or none would be."""
KNOBS = {"REWARDS__TRIES": hosts.MANY, "REWARDS__MISSES": hosts.MANY}


@dataclass
class Bank:
    """A database with all that dealings are about, and whoever works on it.

    `hire` finds another teller; the journals of customers lie in the folder.
    """

    url: str
    folder: Path
    name: str
    hire: Callable[[], Teller]
    customers: list[Customer] = field(default_factory=list)
    kills: int = 0

    @contextmanager
    def serving(self, many: int) -> Iterator[list[Customer]]:
        """Let so many customers come while the block runs, each with a teller of their own."""
        self.customers = []
        try:
            for number in range(many):
                path = self.folder / f"{self.name}-{number}.journal"
                self.customers.append(Customer(path, self.hire))
            yield self.customers
        finally:
            for customer in self.customers:
                customer.close()

    @contextmanager
    def robbed(self, chance: random.Random, seconds: float) -> Iterator[None]:
        """Kill a teller, drawn by lot, every so many seconds while the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self._kill, args=(stop, chance, seconds))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _kill(self, stop: threading.Event, chance: random.Random, seconds: float) -> None:
        while not stop.wait(seconds):
            self.kills += chance.choice(self.customers).teller.kill()


def bank(place: Place, order: Order, name: str, mix: Mix, guard: str = "") -> Bank:
    """Open a bank on a new database, for a mix of dealings."""
    url = place.empty_database(order.backend)
    shop.open_for(url, mix)
    called = f"{name}-{order.backend}-{guard or 'guarded'}"
    environ = hosts.environment(hosts.settings(url, **KNOBS))
    start = Start(environ, place.folder / f"{called}.log", guard)
    return Bank(url, place.folder, called, partial(Process, start))


def pace(order: Order) -> float:
    """Return how many seconds lie between one kill and the next."""
    return KILL_SECONDS if order.rounds >= MANY else KILL_SECONDS_OF_FEW
