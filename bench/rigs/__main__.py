"""`python -m bench.rigs`: every rig at full size on both databases, and then its control.

A control runs with the guard off and must be found out; a rig whose control passes proves
nothing. With nought failures in n tries, the rate is below 3/n at 95 %: hence the n.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench import machine
from bench.places import BACKENDS, Place, place
from bench.rigs import (
    attendance,
    crowd,
    duplicates,
    fuzz,
    kills,
    minutes,
    misbehaving,
    notices,
    records,
    rush,
    tokens,
    trail,
)
from bench.rigs.outcome import Order, Outcome


@dataclass(frozen=True)
class Rig:
    """A rig, on which backends it runs, and how many rounds are full, quick and enough to fail."""

    run: Callable[[Place, Order], Outcome]
    backends: tuple[str, ...]
    full: int
    quick: int
    control: int


RIGS = {
    kills.NAME: Rig(kills.run, BACKENDS, full=200, quick=5, control=3),
    duplicates.NAME: Rig(duplicates.run, BACKENDS, full=500, quick=40, control=20),
    crowd.NAME: Rig(crowd.run, BACKENDS, full=120, quick=5, control=5),
    rush.NAME: Rig(rush.run, BACKENDS, full=100, quick=5, control=5),
    attendance.NAME: Rig(attendance.run, BACKENDS, full=60, quick=4, control=4),
    minutes.NAME: Rig(minutes.run, BACKENDS, full=2_000, quick=40, control=40),
    records.NAME: Rig(records.run, BACKENDS, full=60, quick=4, control=3),
    trail.NAME: Rig(trail.run, BACKENDS, full=40, quick=3, control=4),
    notices.NAME: Rig(notices.run, BACKENDS, full=100, quick=4, control=5),
    misbehaving.NAME: Rig(misbehaving.run, BACKENDS, full=5, quick=1, control=1),
    tokens.NAME: Rig(tokens.run, ("postgres",), full=20, quick=2, control=1),
    fuzz.NAME: Rig(fuzz.run, BACKENDS, full=2_000, quick=100, control=200),
}


def main() -> int:
    """Run what was asked for; 0 when all ended as they must (with --mutant: when one was clean)."""
    asked = _asked()
    print(f"seed {asked.seed}; {'; '.join(machine.words()[:2])}", flush=True)
    with place(servers=True) as here:
        outcomes = [
            _run(here, RIGS[name], order)
            for mutant in ([True] if asked.mutant else [False, True])
            for name in asked.only or RIGS
            for order in _orders(RIGS[name], asked, mutant)
        ]
    if asked.mutant:
        return 1 if any(not outcome.clean for outcome in outcomes) else 0
    return 0 if all(outcome.as_it_must for outcome in outcomes) else 1


def _run(here: Place, rig: Rig, order: Order) -> Outcome:
    begun = time.monotonic()
    outcome = rig.run(here, order)
    print(f"{outcome}\n    {time.monotonic() - begun:.0f} s", flush=True)
    return outcome


def _orders(rig: Rig, asked: argparse.Namespace, mutant: bool) -> list[Order]:
    rounds = rig.control if mutant else rig.quick if asked.quick else rig.full
    return [
        Order(backend, asked.rounds or rounds, asked.seed, mutant)
        for backend in rig.backends
        if asked.backend in (None, backend)
    ]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.rigs", description=__doc__)
    parser.add_argument("--only", action="append", choices=RIGS, help="one rig of them")
    parser.add_argument("--backend", choices=BACKENDS, help="one database of the two")
    parser.add_argument("--rounds", type=int, help="kills, people, seconds, rushes …")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--quick", action="store_true", help="a few minutes instead of an hour")
    parser.add_argument("--mutant", action="store_true", help="only the controls: exits 1")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
