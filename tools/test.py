"""`make test`: every check, then every test on SQLite, then on PostgreSQL and Valkey."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.browser import chromium

PROGRAMS = Path(sys.executable).parent
COVERAGE = Path("var/coverage")
CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "import-linter": ("lint-imports",),
    # beside mypy there is a core to spare: it finds what does not import, and keeps every test
    # compiled, which each worker of the first pass would else do for itself
    "collection": ("python", "-m", "pytest", "--collect-only", "-qq"),
}
PASSES = {"SQLite": "sqlite", "PostgreSQL and Valkey": "postgres"}
MEASURED = "sqlite"
"""Measuring makes a pass half as long again; the other one covers what this one does."""
RESULT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
NO_BROWSER = (
    "The page tests need Chromium and a Chinese font, and there is none. Install them, for\n"
    "example `sudo apt-get install chromium fonts-noto-cjk`, and run `make test` again."
)


def main() -> int:
    """Run everything, also past a failure, and return the exit status."""
    begun = time.monotonic()
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)  # type: ignore[union-attr]
    if not _has_browser():
        print(NO_BROWSER, file=sys.stderr)
        return 1
    shutil.rmtree(COVERAGE, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    failed = _check()
    counts: Counter[str] = Counter()
    for name, backend in PASSES.items():
        status, found = _pass(name, backend)
        counts += found
        failed += [f"tests on {name}"] * (status != 0)
    failed += _report_coverage()
    print("=" * 20, _summary(counts, failed, time.monotonic() - begun), "=" * 20)
    return 1 if failed else 0


def _check() -> list[str]:
    """Run the checks side by side and return the names of those that failed."""
    running = {
        name: subprocess.Popen(
            [PROGRAMS / words[0], *words[1:]],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, words in CHECKS.items()
    }
    failed = []
    for name, process in running.items():
        said, _ = process.communicate()
        print(f"{'ok    ' if process.returncode == 0 else 'FAILED'}  {name}")
        if process.returncode:
            print(said)
            failed.append(name)
    return failed


def _pass(name: str, backend: str) -> tuple[int, Counter[str]]:
    """Run the suite on one backend, passing its words on, and count the results."""
    print(f"\n-------- tests on {name} --------")
    command = [sys.executable, "-m", "pytest", "-n", "3", "--backend", backend]
    if backend == MEASURED:
        command += ["--cov", "--cov-report=", "--cov-fail-under=0"]
    environ = {**os.environ, "COVERAGE_FILE": str(COVERAGE / ".coverage")}
    counts: Counter[str] = Counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        last = ""
        for line in process.stdout:
            print(line, end="")
            last = line if RESULT.search(line) else last
    for number, word in RESULT.findall(last):
        counts[word.replace("errors", "error")] += int(number)
    return process.returncode, counts


def _report_coverage() -> list[str]:
    """Print what the measured pass covered, and return what is wrong with it."""
    environ = {**os.environ, "COVERAGE_FILE": str(COVERAGE / ".coverage")}
    print("\n-------- coverage --------")
    command = [sys.executable, "-m", "coverage", "report"]
    return ["coverage"] * (subprocess.run(command, env=environ, check=False).returncode != 0)


def _summary(counts: Counter[str], failed: Sequence[str], seconds: float) -> str:
    order = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")
    told = ", ".join(f"{counts[word]} {word}" for word in order if counts[word]) or "no tests ran"
    wrong = f"; FAILED: {', '.join(failed)}" if failed else ""
    return f"{told} in {seconds:.2f}s{wrong}"


def _has_browser() -> bool:
    """Tell whether Chromium is there; root may fetch it from the system's own packages."""
    apt = shutil.which("apt-get")
    if chromium() is None and apt and os.geteuid() == 0:
        print("Installing Chromium and a Chinese font for the page tests ...")
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (("update",), ("install", "-y", "chromium", "fonts-noto-cjk")):
            command = [apt, "-qq", *words]
            subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=False)
    return chromium() is not None


if __name__ == "__main__":
    sys.exit(main())
