"""What reading points costs after years: ten million entries behind somebody's own, or few."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench import old_books
from bench.contest import Bench
from bench.district import opened
from bench.figures import Round, Row, compared, reference
from bench.machine import Watch, wait_for_quiet
from bench.old_books import YOUNG, Books
from server.riders.models import EXPIRY, ISSUANCE, REDEMPTION, PointsAccount
from server.riders.points import reading

ASKED = 200
"""How often each is asked in a round."""
TARGET = "≤ 1.2"
HOUSE = (ISSUANCE, EXPIRY, REDEMPTION)
Asking = Callable[[Session, int, datetime], object]


def _owed(session: Session, _rider: int, _now: datetime) -> int:
    """Return all that riders have: what the accounts of the house are below nought together."""
    account = PointsAccount.__table__.c
    return -int(session.scalar(select(func.sum(account.balance)).where(account.id.in_(HOUSE))) or 0)


ASKS: dict[str, Asking] = {
    "balance": lambda session, rider, now: reading.balance(session, rider, now),
    "last 20 entries": lambda session, rider, _now: reading.entries(session, rider),
    "statement of a month": lambda session, rider, now: reading.statement(
        session, rider, (now - timedelta(days=90)).date()
    ),
    "owed in all": _owed,
}


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: each question on young and on old books, both databases."""
    old = bench.inbound * 10
    for backend in ("sqlite", "postgres"):
        books: dict[int, Books] = {}
        for many in (YOUNG, old):
            bench.say(f"  writing {many:,} entries, {backend}")
            begun = time.monotonic()
            books[many] = old_books.write(bench.place.empty_database(backend), many)
            bench.say(f"    {time.monotonic() - begun:.0f} s")
        found: dict[tuple[str, int], list[Round]] = {each: [] for each in product(ASKS, books)}
        for _ in range(bench.effort.rounds):
            for what, many in found:
                wait_for_quiet(bench.effort.patience)
                found[what, many].append(_asked(books[many], ASKS[what]))
        for what in ASKS:
            names = [f"{what}, {many:,} entries, {backend}" for many in books]
            base, mine = (found[what, many] for many in books)
            yield reference(names[0], base)
            yield compared(names[1], mine, base, names[0], TARGET, cost=True)


def _asked(books: Books, ask: Asking) -> Round:
    """Ask about riders drawn by lot, each time in a snapshot of its own."""
    chance, seconds, wrong = random.Random(ASKED), [], 0
    now = datetime.now(UTC)
    with opened(books.url) as database:
        watch = Watch().start()
        for number in range(-20, ASKED):
            rider = chance.choice(books.riders)
            begun = time.monotonic()
            with database.reading() as session:
                answer = ask(session, rider, now)
            if number >= 0:
                seconds.append(time.monotonic() - begun)
                wrong += not answer
        quiet = watch.stop().quiet
    return Round(len(seconds) / sum(seconds), tuple(seconds), quiet, wrong)
