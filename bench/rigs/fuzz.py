"""The tests that invent their own input, with many more inventions."""

import os
import re
import subprocess
import sys
from pathlib import Path

from bench.places import Place
from bench.rigs.outcome import Order, Outcome

NAME = "fuzz"
TESTS = Path(__file__).parent.parent.parent / "tests"
INVENTS = re.compile(r"^from hypothesis|^import hypothesis|\.invents$", re.MULTILINE)
MARKED = "hypothesis or invents"
RESULT = re.compile(r"(\d+) (passed|failed|errors?)\b")
COMMAND = (
    *(sys.executable, "-m", "pytest", "-q", "-o", "addopts=", "--import-mode=importlib"),
    *("-p", "bench.rigs.profile", "-p", "no:cacheprovider", "--hypothesis-profile", "rigs"),
    *("-m", MARKED),
)
SECONDS = 3600
SLOW, SLOWER = 5, 50
"""A test that asks a database or a whole service invents a fifth; each operation of the API gets
a fiftieth."""


def run(_place: Place, order: Order) -> Outcome:
    """Run them on one backend, `rounds` inventions each and twice as many histories of presence.

    The control is a wrong claim, which must be found out.
    """
    files = [Path(__file__).parent / "claim.py"] if order.mutant else inventing(TESTS)
    # the claim lies outside the tests, where nobody knows of backends
    backend = [] if order.mutant else ["--backend", order.backend]
    done = subprocess.run(
        [*COMMAND, f"--hypothesis-seed={order.seed}", *backend, *map(str, files)],
        cwd=TESTS.parent,
        env={**os.environ, **_counts(order.rounds)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    counts = {word.rstrip("s"): int(number) for number, word in RESULT.findall(done.stdout)}
    if not counts or done.returncode not in (0, 1):
        raise RuntimeError(f"the fuzz did not run: {(done.stdout + done.stderr)[-2000:]}")
    facts = {"files": len(files), "tests": sum(counts.values()), "inventions each": order.rounds}
    nought = {"failed": counts.get("failed", 0) + counts.get("error", 0)}
    flaws = [] if done.returncode == 0 else done.stdout.splitlines()[-4:]
    return Outcome(NAME, order, facts, nought, flaws)


def _counts(rounds: int) -> dict[str, str]:
    """Return how much is to be invented, by the names under which profile and tests ask."""
    counts = {
        "BENCH_EXAMPLES": rounds,
        "INVENTIONS": max(1, rounds // SLOW),
        "FUZZ_EXAMPLES": max(1, rounds // SLOWER),
        "HISTORIES": rounds * 2,
    }
    return {name: str(count) for name, count in counts.items()}


def inventing(folder: Path) -> list[Path]:
    """Return the test files in which some test invents its input."""
    return [
        file
        for file in sorted(folder.rglob("test_*.py"))
        if INVENTS.search(file.read_text(encoding="utf-8"))
    ]
