"""A table of people brought along: laid by, read and kept, against python-calamine alone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from bench import hosts
from bench.contest import Bench
from bench.district import Plan, build
from bench.figures import Round, Row, compared, reference
from bench.machine import SERVER_CORES, Watch, pinned, wait_for_quiet
from server.office.imports import applying

MB_AT_MOST = 60
WORDS = {"raw": "python-calamine to JSON", "read": "read and checked", "keep": "kept"}


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: rows a second of each step, on each database."""
    # a short table is kept by the page itself
    rows = max(bench.past, 2 * applying.AT_ONCE)
    for backend in ("sqlite", "postgres"):
        found: dict[str, list[Round]] = {step: [] for step in WORDS}
        lay = megabytes = 0.0
        for _ in range(bench.effort.rounds):
            wait_for_quiet(bench.effort.patience)
            told, quiet = _run(bench, backend, rows)
            lay, megabytes = max(lay, told["lay"]), max(megabytes, told["mb"])
            for step, rounds in found.items():
                wrong = 0 if told["rows"] == rows else 1
                rounds.append(Round(rows / told[step], (told[step],), quiet, wrong))
        verdict = "met" if megabytes <= MB_AT_MOST else "missed"
        bench.facts.append(
            f"table of {rows:,} people, {backend}: the request lays it by within "
            f"{lay * 1000:.0f} ms; at most {megabytes:.0f} MB above idle "
            f"(target {MB_AT_MOST}: {verdict})"
        )
        names = {
            step: f"table of {rows:,} people, {words}, {backend}" for step, words in WORDS.items()
        }
        yield reference(names["raw"], found["raw"])
        for step in ("read", "keep"):
            yield compared(names[step], found[step], found["raw"], names["raw"])


def _run(bench: Bench, backend: str, rows: int) -> tuple[dict[str, float], bool]:
    url = bench.place.empty_database(backend)
    os.environ.update(hosts.settings(url))
    build(url, Plan(people=10))
    watch = Watch().start()
    with pinned(SERVER_CORES):
        ran = subprocess.run(
            [sys.executable, "-m", "bench.import_run", str(rows)],
            capture_output=True,
            text=True,
            check=True,
        )
    # the process of ours has ended: what it used must not count as somebody else's
    quiet = watch.stop().foreign <= 1 / (os.cpu_count() or 1) + 0.10
    told: dict[str, float] = json.loads(ran.stdout)
    return told, quiet
