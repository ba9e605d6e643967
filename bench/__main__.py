"""`python -m bench`: measure, print the table, and write bench/README.md after a full run."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime

from bench import (
    balances,
    branches,
    callbacks,
    claims,
    deliveries,
    desk,
    exports,
    growth,
    imports,
    lists,
    nearest,
    postings,
    quarters,
    redemptions,
    reminders,
    report,
    rush,
    signups,
    trouble,
)
from bench.contest import Bench
from bench.figures import Row, table
from bench.places import place
from bench.sizes import FULL, QUICK

GROUPS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "callbacks": callbacks.measure,
    "signups": signups.measure,
    "lists": lists.measure,
    "rush": rush.measure,
    "growth": growth.measure,
    "exports": exports.measure,
    "imports": imports.measure,
    "desk": desk.measure,
    "deliveries": deliveries.measure,
    "claims": claims.measure,
    "reminders": reminders.measure,
    "quarters": quarters.measure,
    "trouble": trouble.measure,
    "postings": postings.measure,
    "balances": balances.measure,
    "nearest": nearest.measure,
    "redemptions": redemptions.measure,
    "branches": branches.measure,
}


def main() -> int:
    """Measure what was asked for and return the exit status: 1 when a target was missed."""
    asked = _asked()
    size = QUICK if asked.quick else FULL
    begun = time.monotonic()
    with place(servers=True) as here:
        bench = size.bench(here, asked.patience)
        rows = [row for group in asked.only or GROUPS for row in _measured(bench, group)]
    effort = f"{size.words}, {time.monotonic() - begun:.0f} s in all"
    print(f"\n{table(rows)}\n")
    print("\n".join(bench.facts))
    if asked.write or not (asked.quick or asked.only):
        page = report.page(rows, bench.facts, asked.date, effort, rush.CONNECTIONS)
        if not report.write(page, rows, void_too=asked.write):
            print("void: the machine was busy; bench/README.md was left as it was", file=sys.stderr)
            return 1
    return 1 if any(row.verdict == "missed" for row in rows) else 0


def _measured(bench: Bench, group: str) -> Iterator[Row]:
    bench.say(f"\n{group}")
    begun = time.monotonic()
    yield from GROUPS[group](bench)
    bench.say(f"  {time.monotonic() - begun:.0f} s")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: two minutes")
    parser.add_argument("--only", action="append", choices=GROUPS, help="one group of them")
    parser.add_argument("--write", action="store_true", help="write bench/README.md all the same")
    parser.add_argument("--patience", type=float, default=20, help="seconds to wait for quiet")
    parser.add_argument("--date", type=date.fromisoformat, default=_today(), help="of the page")
    return parser.parse_args()


def _today() -> date:
    return datetime.now().astimezone().date()


if __name__ == "__main__":
    sys.exit(main())
