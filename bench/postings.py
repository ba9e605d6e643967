"""Awards of points a second, against the same statements by the bare driver."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert

from bench import hosts, riders
from bench.contest import Bench
from bench.district import Plan, build, opened
from bench.figures import Round, Row, compared, reference
from bench.machine import SERVER_CORES, Watch, pinned, wait_for_quiet
from bench.posting_run import CODE, WARM_UP
from server.riders.models import OVERALL, PointsRule, Verifier
from server.riders.points import proof

PEOPLE = 1_000
AMONG = {1: "one account", PEOPLE: f"{PEOPLE:,} accounts"}
WHO = {"raw": "award by the bare driver", "ours": "award"}
UNCAPPED = 10_000_000
TARGET = "≥ 0.5"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: postings of both, among one account and among many."""
    for backend in ("sqlite", "postgres"):
        urls = {who: bench.place.empty_database(backend) for who in WHO}
        for url in urls.values():
            fill(url)
        for accounts, among in AMONG.items():
            names = {who: f"{words}, {among}, {backend}" for who, words in WHO.items()}
            rounds: dict[str, list[Round]] = {who: [] for who in WHO}
            for number in range(bench.effort.rounds):
                for who in WHO:
                    wait_for_quiet(bench.effort.patience)
                    mark = f"{who}:{accounts}:{number}"
                    rounds[who].append(_round(bench, urls[who], who, accounts, mark))
                    bench.say(f"  {names[who]}: {rounds[who][-1].rate:,.0f}/s")
            yield reference(names["raw"], rounds["raw"])
            yield compared(names["ours"], rounds["ours"], rounds["raw"], names["raw"], TARGET)
        bench.facts.append(f"awards, {backend}: {_books(bench, urls['ours'])}")


def fill(url: str) -> None:
    """Migrate the empty database, let people be riders, and let a rule give as many as may be."""
    begin = datetime.now(UTC) - timedelta(days=1)
    build(url, Plan(people=PEOPLE, open=0))
    riders.enrol(url, range(1, PEOPLE + 1), begin)
    told = {"since": date(2026, 1, 2), "made_at": begin, "month_cap": UNCAPPED}
    told |= {"verifier": Verifier.DISTRICT, "two_persons": False, "pending": False}
    rules = [
        told
        | {"code": CODE, "version": 1, "name": "示例", "least": 1, "most": 1}
        | {"day_cap": UNCAPPED},
        told
        | {"code": OVERALL, "version": 2, "name": "示例", "least": 0, "most": 0}
        | {"day_cap": None},
    ]
    with opened(url) as database, database.transaction() as session:
        session.execute(insert(PointsRule.__table__), rules)


def _round(bench: Bench, url: str, who: str, accounts: int, mark: str) -> Round:
    many = bench.effort.requests
    environ = {**os.environ, **hosts.settings(url), "BENCH_DATABASE": url}
    watch = Watch().start()
    with pinned(SERVER_CORES):
        ran = subprocess.run(
            [sys.executable, "-m", "bench.posting_run", who, str(many), str(accounts), mark],
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
    # the process of ours has ended: what it used must not count as somebody else's
    quiet = watch.stop().foreign <= 1 / (os.cpu_count() or 1) + 0.10
    told = json.loads(ran.stdout)
    return Round(many / told["all"], tuple(told["each"]), quiet)


def _books(bench: Bench, url: str) -> str:
    """Tell whether as much was kept as was posted, and whether the ledger is whole."""
    effort = bench.effort
    posted = effort.rounds * (effort.requests + WARM_UP) * len(AMONG)
    with opened(url) as database, database.reading() as session:
        found = proof.verify(session)
    whole = "whole" if found.flaw is None else f"flawed: {found.flaw.what}"
    return f"{posted:,} posted, lost {posted - found.length}, the ledger is {whole}"
