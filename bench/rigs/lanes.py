"""Lanes of rigs in processes of their own, two a database: while one waits, another works."""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from bench.places import BACKENDS, Place, place
from bench.rigs.catalogue import RIGS, Rig
from bench.rigs.outcome import Order, Outcome

TRIES = 5
"""A control is as short as it may be; one that finds nothing is given more chances."""


def side_by_side(names: Collection[str], words: list[str]) -> int:
    """Run these rigs with these words, a database and what waits in a lane each.

    Return the worst of the exit statuses.
    """
    lanes = [
        subprocess.Popen([sys.executable, "-m", "bench.rigs", "--backend", backend, *only, *words])
        for backend in BACKENDS
        for waits in (True, False)
        if (only := _only(names, backend, waits))
    ]
    signal.signal(signal.SIGTERM, lambda *_given: sys.exit("stopped"))
    try:
        return max(abs(lane.wait()) for lane in lanes)
    finally:
        for lane in lanes:
            with suppress(ProcessLookupError):
                lane.terminate()
        for lane in lanes:
            lane.wait()


def _only(names: Collection[str], backend: str, waits: bool) -> list[str]:
    found = [name for name in names if backend in RIGS[name].backends and RIGS[name].waits is waits]
    return [word for name in found for word in ("--only", name)]


def run(asked: argparse.Namespace) -> int:
    """Run the rigs of one database, each followed by its control; return the exit status."""
    begun = time.monotonic()
    with place(servers=asked.backend == "postgres", cores=set()) as here:
        outcomes = [
            outcome
            for name in asked.only or RIGS
            if asked.backend in RIGS[name].backends
            for outcome in _outcomes(here, RIGS[name], asked)
        ]
    rigs = [outcome for outcome in outcomes if not outcome.order.mutant]
    controls = [outcome for outcome in outcomes if outcome.order.mutant]
    print(
        f"{asked.backend}: {sum(each.as_it_must for each in rigs)} of {len(rigs)} rigs clean, "
        f"{sum(each.as_it_must for each in controls)} of {len(controls)} controls found out, "
        f"{time.monotonic() - begun:.0f} s",
        flush=True,
    )
    if asked.mutant:
        return 1 if any(not outcome.clean for outcome in outcomes) else 0
    return 0 if all(outcome.as_it_must for outcome in outcomes) else 1


def _outcomes(here: Place, rig: Rig, asked: argparse.Namespace) -> list[Outcome]:
    full = asked.rounds or (rig.quick if asked.quick else rig.full)
    control = _control(here, rig, Order(asked.backend, rig.control, asked.seed, mutant=True))
    if asked.mutant:
        return [control]
    return [control, _told(here, rig, Order(asked.backend, full, asked.seed))]


def _control(here: Place, rig: Rig, order: Order) -> Outcome:
    for number in range(TRIES):
        outcome = _told(here, rig, replace(order, seed=order.seed + number))
        if outcome.as_it_must:
            break
    return outcome


def _told(here: Place, rig: Rig, order: Order) -> Outcome:
    begun = time.monotonic()
    outcome = rig.run(here, order)
    print(f"{outcome}\n    {time.monotonic() - begun:.0f} s", flush=True)
    return outcome
