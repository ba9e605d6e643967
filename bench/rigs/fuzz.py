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
INVENTS = re.compile(r"^(?:from|import) (?:hypothesis|schemathesis)\b", re.MULTILINE)
RESULT = re.compile(r"(\d+) (passed|failed|errors?)\b")
COUNT = "BENCH_EXAMPLES"
SECONDS = 3600


def run(place: Place, order: Order) -> Outcome:
    """Run them on one backend, with `rounds` inventions each where a test sets no figure itself.

    The control is an endless claim that no number is larger than a hundred.
    """
    files = [Path(__file__).parent / "claim.py"] if order.mutant else inventing(TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "bench.rigs.profile", "-p", "no:cacheprovider"]
    command += ["--hypothesis-profile", "rigs", "--backend", order.backend, "-o", "addopts="]
    command += [
        "--import-mode=importlib",
        f"--hypothesis-seed={order.seed}",
        "-q",
        *map(str, files),
    ]
    done = subprocess.run(
        command,
        cwd=TESTS.parent,
        env={**os.environ, COUNT: str(order.rounds)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    (place.folder / f"fuzz-{order.backend}.log").write_text(done.stdout + done.stderr)
    counts = {word.rstrip("s"): int(number) for number, word in RESULT.findall(done.stdout)}
    facts = {"files": len(files), "tests": sum(counts.values()), "inventions each": order.rounds}
    nought = {
        "failed": counts.get("failed", 0) + counts.get("error", 0),
        "did not run": int(not counts or done.returncode not in (0, 1)),
    }
    flaws = [] if done.returncode == 0 else done.stdout.splitlines()[-4:]
    return Outcome(NAME, order, facts, nought, flaws)


def inventing(folder: Path) -> list[Path]:
    """Return the test files that use Hypothesis or Schemathesis."""
    return [
        file
        for file in sorted(folder.rglob("test_*.py"))
        if INVENTS.search(file.read_text(encoding="utf-8"))
    ]
