"""Sending what is queued: claim, send, settle. Nothing is sent inside a transaction."""

import logging
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from server.db import Busy
from server.notices import claims, due
from server.notices.retries import Chance
from server.notices.sending import House, Sender

log = logging.getLogger(__name__)

BATCH = 20
THREADS = 8
PAUSE = 1.0
AFTER_FAULT = 2.0

Tally = Counter[str]
"""How many notices ended each way, by two words: `sent service`, `retried transient` …"""


def deliver(
    house: House,
    *,
    rounds: int | None = None,
    stop: threading.Event | None = None,
    chance: Chance = random.random,
) -> Tally:
    """Send everything that is due, or so many rounds of twenty, and return what became of it.

    Each notice is claimed for a minute, sent outside any transaction by one of a few threads,
    and settled while the claim is still ours; one that fails holds back only itself. Any number
    of these may run at once. What a dead worker held is taken up again when its claim runs out.
    `stop` ends it after the notices that are on their way.
    """
    tally = Tally()
    with house.db.reading() as session:
        if not due.any_due(session, house.now()):
            return tally
    tally += _swept(house)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="deliver") as threads:
        for number in count():
            if number == rounds or (stop and stop.is_set()):
                break
            with house.db.transaction() as session:
                mine = claims.claim(session, house.now(), BATCH)
            if not mine:
                break
            tally.update(threads.map(Sender(house, chance, stop), mine))
    return tally


def keep(house: House, stop: threading.Event) -> None:
    """Deliver until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            deliver(house, stop=stop)
            stop.wait(PAUSE)
        except Busy as busy:
            log.warning("the database does not answer: %s", busy)
            stop.wait(AFTER_FAULT)


def _swept(house: House) -> Tally:
    with house.db.transaction() as session:
        unknown, dropped = claims.sweep(session, house.now())
    tally = Tally({"dead unknown": unknown, "dropped late": dropped})
    return +tally
