"""The ledger as a file, against the driver's cursor; and certificates a second."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import hosts
from bench.contest import Bench
from bench.figures import Round, Row, compared, reference
from bench.machine import SERVER_CORES, Watch, pinned, wait_for_quiet
from bench.served import fill
from server.volunteers.certificates import printing
from server.volunteers.certificates.papers import Line, Paper

MB_AT_MOST = 150
LINES = (12, 500)
SHEETS = 60


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: rows a second of each form, then certificates a second."""
    records = 2 * bench.past
    for backend in ("sqlite", "postgres"):
        url = bench.place.empty_database(backend)
        environment = hosts.settings(url, EXPORTS_DIR=str(bench.place.folder / "exports"))
        os.environ.update(environment)
        bench.say(f"  filling {records:,} records on {backend}")
        fill(url, records)
        yield from _forms(bench, backend, records)
    for lines in LINES:
        yield _certificates(bench, lines)


def _forms(bench: Bench, backend: str, records: int) -> Iterator[Row]:
    rounds: dict[str, list[Round]] = {"raw": [], "csv": [], "xlsx": []}
    most = 0.0
    for _ in range(bench.effort.rounds):
        for form, found in rounds.items():
            wait_for_quiet(bench.effort.patience)
            one, megabytes = _run(form, records)
            found.append(one)
            most = max(most, megabytes if form != "raw" else 0)
    names = {form: f"ledger of {records:,}, {words}, {backend}" for form, words in _WORDS.items()}
    verdict = "met" if most <= MB_AT_MOST else "missed"
    bench.facts.append(
        f"export of {records:,} records, {backend}: at most {most:.0f} MB above idle "
        f"(target {MB_AT_MOST}: {verdict})"
    )
    yield reference(names["raw"], rounds["raw"])
    for form in ("csv", "xlsx"):
        yield compared(names[form], rounds[form], rounds["raw"], names["raw"])


_WORDS = {"raw": "raw cursor to CSV", "csv": "export to CSV", "xlsx": "export to XLSX"}


def _run(form: str, records: int) -> tuple[Round, float]:
    watch = Watch().start()
    with pinned(SERVER_CORES):
        ran = subprocess.run(
            [sys.executable, "-m", "bench.export_run", form],
            capture_output=True,
            text=True,
            check=True,
        )
    told = json.loads(ran.stdout)
    # the process of ours has ended: what it used must not count as somebody else's
    quiet = watch.stop().foreign <= 1 / (os.cpu_count() or 1) + 0.10
    wrong = 0 if told["rows"] == records else 1
    return Round(told["rows"] / told["seconds"], (told["seconds"],), quiet, wrong), told["mb"]


def _certificates(bench: Bench, lines: int) -> Row:
    paper = _paper(lines)
    printing.draw(paper, _URL)
    rounds = []
    for _ in range(bench.effort.rounds):
        wait_for_quiet(bench.effort.patience)
        watch, seconds = Watch().start(), []
        with pinned(SERVER_CORES):
            for _ in range(SHEETS if lines < LINES[-1] else SHEETS // 6):
                begun = time.perf_counter()
                printing.draw(paper, _URL)
                seconds.append(time.perf_counter() - begun)
        rounds.append(Round(len(seconds) / sum(seconds), tuple(seconds), watch.stop().quiet))
    return reference(f"certificate of {lines} records as PDF", rounds)


_URL = "https://example.org/verify/NF20267KQ4MXW8PD"


def _paper(lines: int) -> Paper:
    served = tuple(Line(at, 1, "2026-03-09", "社区图书角整理与登记", 95) for at in range(lines))
    words = ("示例·李明", "14010612345678", served, 95 * lines, "2026-03-09")
    issuer = ("示例区社会工作部", "示例·王芳", "示例·张强", "0351-0000000", "0" * 32)
    return Paper("NF20267KQ4MXW8PD", *words, *issuer)
