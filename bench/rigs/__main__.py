"""`python -m bench.rigs`: every rig at full size on both databases, side by side, with its control.

A control runs with the guard off and must be found out; a rig whose control passes proves
nothing. With nought failures in n tries, the rate is below 3/n at 95 %: hence the n.
"""

import argparse
import sys
import time

from bench import machine
from bench.places import BACKENDS
from bench.rigs import lanes
from bench.rigs.catalogue import RIGS


def main() -> int:
    """Run what was asked for; 0 when all ended as they must (with --mutant: when one was clean)."""
    asked = _asked()
    if asked.backend:
        return lanes.run(asked)
    begun = time.monotonic()
    print(f"seed {asked.seed}; {'; '.join(machine.words()[:2])}", flush=True)
    status = lanes.side_by_side(asked.only or RIGS, _given(asked))
    verdict = "all as it must be" if status == 0 else "NOT AS IT MUST BE"
    print(f"{verdict}, in {(time.monotonic() - begun) / 60:.1f} min", flush=True)
    return status


def _given(asked: argparse.Namespace) -> list[str]:
    words = ["--seed", str(asked.seed)]
    words += ["--rounds", str(asked.rounds)] if asked.rounds else []
    return words + [f"--{flag}" for flag in ("quick", "mutant") if getattr(asked, flag)]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.rigs", description=__doc__)
    parser.add_argument("--only", action="append", choices=RIGS, help="one rig of them")
    parser.add_argument("--backend", choices=BACKENDS, help="one database of the two")
    parser.add_argument("--rounds", type=int, help="kills, people, seconds, rushes …")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--quick", action="store_true", help="a few minutes, not half an hour")
    parser.add_argument("--mutant", action="store_true", help="only the controls: exits 1")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
