"""Sending what is queued, once or for as long as the program runs."""

import logging
import random
import threading
from contextlib import closing

from server.db import Busy
from server.notices import claims, due
from server.notices.pipeline import Pipeline, Tally
from server.notices.retries import Chance
from server.notices.turns import House

log = logging.getLogger(__name__)

PAUSE = 1.0
AFTER_FAULT = 2.0


def deliver(
    house: House,
    *,
    rounds: int | None = None,
    stop: threading.Event | None = None,
    chance: Chance = random.random,
) -> Tally:
    """Send everything that is due, or so many batches, and return what became of it.

    Each notice is claimed for a minute, sent outside any transaction, and settled while the claim
    is still ours; one that fails holds back only itself. Any number of these may run at once. What
    a dead worker held is taken up again when its claim runs out. `stop` ends it after the notices
    that are on their way.
    """
    if not _is_due(house):
        return Tally()
    with closing(Pipeline(house, chance, stop or threading.Event())) as pipeline:
        return _swept(house) + pipeline.drain(rounds)


def keep(house: House, stop: threading.Event, chance: Chance = random.random) -> None:
    """Deliver until told to stop, on lines that are kept; a database that is away is waited for."""
    with closing(Pipeline(house, chance, stop)) as pipeline:
        while not stop.is_set():
            try:
                if _is_due(house):
                    _swept(house)
                    pipeline.drain()
                stop.wait(PAUSE)
            except Busy as busy:
                log.warning("the database does not answer: %s", busy)
                stop.wait(AFTER_FAULT)


def _is_due(house: House) -> bool:
    with house.db.reading() as session:
        return due.any_due(session, house.now())


def _swept(house: House) -> Tally:
    with house.db.transaction() as session:
        unknown, dropped = claims.sweep(session, house.now())
    tally = Tally({"dead unknown": unknown, "dropped late": dropped})
    return +tally
