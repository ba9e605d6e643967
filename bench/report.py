"""bench/README.md: what was measured, on what, and how to read it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench import machine
from bench.figures import Row, table

README = Path(__file__).parent / "README.md"
HEAD = """# Benchmarks

`make bench` writes this page. Everything below was measured in one run on one machine, and only
the **ratios** mean something elsewhere: the contenders of a group answer in turns, round by round,
on the same Granian server (1 process, 16 threads), and a ratio is the median over the rounds. A
line is *void* when others used more than {quiet:.0%} of the machine meanwhile. The load is a closed
loop ({connections} connections; {rush} in the rush): it shows how much a server can do, and
flatters the latencies of an overloaded one. Requests are signed and encrypted beforehand. Every
answer is checked: wrong or late ones ("the result will follow") count nothing, and miss the target.
Both databases sync each commit to the disk.
"""
GROUPS = """
## How to read it

- *echo*: the library alone, without database; *lean baseline* (`bench/baselines/lean_signup.py`):
  the same tables, four statements, no waiting list, no clashes, no words. Target: half of each.
- *ledger*: a process of its own writes the file; answers are files, and the figure a second is
  rows. The raw cursor leaves names sealed, checks nothing and reports no progress.
- *table of people*: the same for a workbook that is uploaded; *read* is looked at row by row,
  *kept* is looked at once more and written in one transaction.
- *roster*, *queue*, *approvals*, *trail*: pages of the console. The bare ones read the same rows by
  one statement, open no name, ask nobody who they are and have no frame. A list is the same fifty
  lines whatever lies behind it. Target: at most 1.2 times.
- *pushes*: reminders to a stand-in that answers after 30 ms, over 64 connections in all. The limit
  is connections / latency, which the stand-in measures; the lines alone carry the same calls
  without a database. Target: 0.9 of the limit, and at most 100 MB above idle.
- *claims*: a batch taken from the outbox, with ten million notices of long ago behind it.
- *reminders queued*: one for everybody, by one statement of the outbox. Target: half of an INSERT …
  SELECT that asks nothing.
- *a quarter opened*: a reminder of the quarterly report for every floating member, by the job's own
  pieces; it asks who has handed in, agreed and been told. Target: half of an INSERT … SELECT of the
  same rows that asks nothing.
- *while WeChat misbehaves*: the 99th percentile of people's answers while nothing can be sent, in
  seven ways, against rounds right before in which all is well. Target: at most 1.1 times.
- *award*: one point by the verb that gives it, eight threads in a process of its own. The bare
  driver sends the same eleven statements and keeps the chain too. Target: half of it.
- *balance*, *last 20 entries*, *statement*, *owed*: questions to the ledger, each in a snapshot of
  its own, with ten thousand riders and ten million entries in the tables, or ten riders and ten
  thousand. Target: at most 1.2 times.
- *nearest open*: five stations around a place drawn by lot. The bare query looks in one circle that
  is known to be wide enough, and neither at hours nor at what is shown.
- *riders for pieces*: everybody sends one request for the same reward over REST.
- *old* against *young*: time an answer, with and without history. Target: at most 1.2 times.
- `python -m bench --quick` does less of everything; `--only callbacks` (signups, lists, rush,
  growth, exports, imports, desk, deliveries, claims, reminders, quarters, trouble, postings,
  balances, nearest, redemptions) one group. Neither writes this page, and no run with a void line
  does, unless asked to with `--write`.

The rigs, which break things on purpose, have a page of their own: `bench/rigs/README.md`.
"""


def page(rows: Sequence[Row], facts: Sequence[str], today: date, effort: str, rush: int) -> str:
    """Return the whole page."""
    lines = [
        HEAD.format(quiet=machine.QUIET, connections=16, rush=rush),
        f"Measured {today.isoformat()}, {effort}:\n",
        *(f"- {words}" for words in (*machine.words(), *facts)),
        "",
        table(rows),
        GROUPS.rstrip(),
        "",
    ]
    return "\n".join(lines)


def write(text: str, rows: Sequence[Row], *, void_too: bool) -> bool:
    """Write the page, but not over a good one when a line is void; tell whether it was written."""
    if not void_too and not all(row.quiet for row in rows):
        return False
    README.write_text(text, encoding="utf-8")
    return True
