"""Couriers: processes that do one errand after the other, by the clock each errand brings along."""

import time
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from bench.rigs import errands, lax, tellers
from bench.rigs.errands import Errand
from bench.rigs.tellers import Answer
from config.settings import load_settings
from server.runtime import Runtime


def serve(line: "Connection[Answer | str, tuple[Any, datetime]]", guard: str) -> None:
    """Do what comes over the line on a host of its own time zone, until it is cut."""
    time.tzset()
    runtime = Runtime.open(load_settings())
    if guard:
        lax.ALL[guard](runtime.db)
    tellers.listen(line, lambda errand, _now: answer(runtime, errand))


def answer(runtime: Runtime, errand: Errand) -> Answer:
    """Do an errand in a transaction of its own and tell what came of it."""
    return tellers.tried(runtime, errand, lambda session: errands.do(session, errand, runtime))
