"""The rigs, and how large each of them is."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.places import BACKENDS, Place
from bench.rigs import (
    attendance,
    branches,
    crowd,
    duplicates,
    fuzz,
    kills,
    ledger,
    minutes,
    misbehaving,
    nights,
    notices,
    records,
    rush,
    schedulers,
    tampering,
    tangle,
    tokens,
    trail,
)
from bench.rigs.outcome import Order, Outcome


@dataclass(frozen=True)
class Rig:
    """A rig, on which backends it runs, and how many rounds are full, quick and enough to fail.

    What waits more than it works runs beside what does not.
    """

    run: Callable[[Place, Order], Outcome]
    backends: tuple[str, ...]
    full: int
    quick: int
    control: int
    waits: bool = False


RIGS = {
    kills.NAME: Rig(kills.run, BACKENDS, full=200, quick=5, control=2),
    duplicates.NAME: Rig(duplicates.run, BACKENDS, full=1_700, quick=40, control=10),
    crowd.NAME: Rig(crowd.run, BACKENDS, full=120, quick=5, control=3),
    rush.NAME: Rig(rush.run, BACKENDS, full=100, quick=2, control=1, waits=True),
    notices.NAME: Rig(notices.run, BACKENDS, full=100, quick=4, control=5, waits=True),
    misbehaving.NAME: Rig(misbehaving.run, BACKENDS, full=5, quick=1, control=1, waits=True),
    nights.NAME: Rig(nights.run, BACKENDS, full=365, quick=2, control=1),
    schedulers.NAME: Rig(schedulers.run, ("postgres",), full=60, quick=2, control=1, waits=True),
    attendance.NAME: Rig(attendance.run, BACKENDS, full=60, quick=4, control=2),
    minutes.NAME: Rig(minutes.run, BACKENDS, full=10_000, quick=40, control=20),
    records.NAME: Rig(records.run, BACKENDS, full=60, quick=4, control=2),
    trail.NAME: Rig(trail.run, BACKENDS, full=60, quick=3, control=2),
    ledger.NAME: Rig(ledger.run, BACKENDS, full=5_000, quick=100, control=40),
    tampering.NAME: Rig(tampering.run, BACKENDS, full=100, quick=16, control=8),
    tangle.NAME: Rig(tangle.run, BACKENDS, full=60, quick=4, control=1),
    branches.NAME: Rig(branches.run, BACKENDS, full=100, quick=5, control=6),
    tokens.NAME: Rig(tokens.run, ("postgres",), full=20, quick=2, control=1),
    fuzz.NAME: Rig(fuzz.run, BACKENDS, full=5_000, quick=100, control=200),
}
