"""What a claim costs after years: ten million old notices behind those that are due, or few."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import text, update

from bench import deliveries
from bench.contest import Bench
from bench.district import CHUNK, NUMBERS, Plan, build, opened, settle
from bench.figures import Round, Row, compared, reference
from bench.machine import Watch, wait_for_quiet
from server.db import Database
from server.notices import claims
from server.notices.models import Notice, NoticeState

PEOPLE = 10_000
BATCH = 100
ROUNDS_OF_CLAIMS = 40
YOUNG = 10_000
_OLD = f"""
INSERT INTO notice (key, person_id, kind, facts, state, queued_at, due_at, not_after, attempts,
  channel, outcome, message_id, settled_at)
{NUMBERS} SELECT 'old:' || (i + :first), 1 + (i + :first) % {PEOPLE}, 'volunteers.cancelled',
  '{{}}', 'sent', :then, :then, :then, 1, 'template', 'sent', 'm' || (i + :first), :then
FROM n
"""


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: claims on a young and on an old table, both databases."""
    old = bench.inbound * 10
    for backend in ("sqlite", "postgres"):
        names = {
            many: f"claims of {BATCH}, {many:,} old notices, {backend}" for many in (YOUNG, old)
        }
        places = {}
        for many, name in names.items():
            bench.say(f"  filling: {name}")
            places[many] = bench.place.empty_database(backend)
            fill(places[many], many)
        rounds: dict[int, list[Round]] = {YOUNG: [], old: []}
        for _ in range(bench.effort.rounds):
            for many, url in places.items():
                wait_for_quiet(bench.effort.patience)
                rounds[many].append(_claimed(url))
        yield reference(names[YOUNG], rounds[YOUNG])
        yield compared(names[old], rounds[old], rounds[YOUNG], names[YOUNG], "≤ 1.2", cost=True)


def fill(url: str, many: int) -> None:
    """Migrate the empty database, lay so many old notices down, and queue one for everybody."""
    build(url, Plan(people=PEOPLE, open=0))
    then = datetime.now(UTC) - timedelta(days=30)
    with opened(url) as database:
        for first in range(0, many, CHUNK):
            given = {"many": min(CHUNK, many - first), "first": first, "then": then}
            with database.transaction() as session:
                words = _OLD if database.is_sqlite else _OLD.replace("'{}'", "CAST('{}' AS JSON)")
                session.execute(text(words), given)
    deliveries.queue(url, timedelta())
    with opened(url) as database:
        settle(database)


def _claimed(url: str) -> Round:
    """Claim and settle batches, as a worker does; the figure a second is batches."""
    seconds = []
    with opened(url) as database:
        watch = Watch().start()
        for _ in range(ROUNDS_OF_CLAIMS):
            begun = time.monotonic()
            with database.transaction() as session:
                found = claims.claim(session, datetime.now(UTC), BATCH)
            seconds.append(time.monotonic() - begun)
            _close(database, [each.id for each in found])
        quiet = watch.stop().quiet
        _open_again(database)
    return Round(len(seconds) / sum(seconds), tuple(seconds), quiet)


def _close(database: Database, ids: list[int]) -> None:
    sent = {"state": NoticeState.SENT, "settled_at": datetime.now(UTC)}
    with database.transaction() as session:
        session.execute(update(Notice).where(Notice.id.in_(ids)).values(sent))


def _open_again(database: Database) -> None:
    with database.transaction() as session:
        again = {"state": NoticeState.QUEUED, "settled_at": None, "claimed_until": None}
        session.execute(update(Notice).where(Notice.key.startswith("bench:")).values(again))
    settle(database)
