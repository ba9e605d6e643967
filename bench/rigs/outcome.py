"""What a rig is asked to do, and what it tells."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Found = tuple[dict[str, int], dict[str, int]]
"""Of a part of a rig: what was done, and what must be nought."""


@dataclass(frozen=True)
class Order:
    """How a rig is to run. The same seed makes the same choices, though not the same races."""

    backend: str
    rounds: int
    seed: int
    mutant: bool = False

    def progress(self, done: int) -> None:
        """Show on a terminal how far it is."""
        if sys.stderr.isatty():
            print(f"\r  {done} of {self.rounds} ", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Outcome:
    """How much was tried, and what must be nought; `flaws` tells more of the latter.

    `shown_by` names what the control must find: that something else went wrong proves nothing.
    """

    rig: str
    order: Order
    facts: Mapping[str, int | str]
    nought: Mapping[str, int]
    flaws: Sequence[str] = ()
    shown_by: Sequence[str] = ()

    @property
    def clean(self) -> bool:
        """Tell whether everything that must be nought is."""
        return not any(self.nought.values())

    @property
    def as_it_must(self) -> bool:
        """Tell whether the run ended as it must: a mutant is found out, all else is clean."""
        if self.order.mutant and self.shown_by:
            return all(self.nought[name] for name in self.shown_by)
        return self.clean is not self.order.mutant

    def __str__(self) -> str:
        who = "control, guard off" if self.order.mutant else "guarded"
        verdict = "as it must be" if self.as_it_must else "NOT AS IT MUST BE"
        tried = ", ".join(f"{name} {count}" for name, count in self.facts.items())
        found = ", ".join(f"{name} {count}" for name, count in self.nought.items())
        lines = [
            f"{self.rig}, {self.order.backend}, {who}, seed {self.order.seed}: {verdict}",
            f"    n: {tried}",
            f"    found: {found}",
            *(f"    {flaw}" for flaw in self.flaws[:5]),
        ]
        return "\n".join(lines)
