"""Queueing a reminder for everybody, against the one statement that does nothing but insert."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import String, cast, delete, literal, select
from sqlalchemy.orm import Session

from bench import deliveries
from bench.contest import Bench
from bench.district import Plan, build, opened, settle
from bench.figures import Round, Row, compared, reference
from bench.machine import Watch, wait_for_quiet
from server.notices import outbox
from server.notices.models import Notice
from server.people.models import Person

KIND = "volunteers.cancelled"
RAW, OURS = "{:,} rows by a bare INSERT … SELECT, {}", "{:,} reminders queued, {}"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: rows a second, on both databases."""
    many = bench.past
    for backend in ("sqlite", "postgres"):
        url = bench.place.empty_database(backend)
        build(url, Plan(people=many, open=0))
        names = [words.format(many, backend) for words in (RAW, OURS)]
        rounds: dict[str, list[Round]] = {name: [] for name in names}
        for _ in range(bench.effort.rounds):
            for name, queue in zip(names, (_bare, _ours), strict=True):
                wait_for_quiet(bench.effort.patience)
                rounds[name].append(_queued(url, queue, many))
                bench.say(f"  {name}: {rounds[name][-1].rate:,.0f}/s")
        raw, ours = names
        yield reference(raw, rounds[raw])
        yield compared(ours, rounds[ours], rounds[raw], raw, "≥ 0.5")


def _queued(url: str, queue: Callable[[Session, datetime], None], many: int) -> Round:
    """Queue for everybody in one transaction, look whether all is there, and clear it away."""
    with opened(url) as database:
        settle(database)
        watch, begun = Watch().start(), time.monotonic()
        with database.transaction() as session:
            queue(session, datetime.now(UTC))
        seconds, quiet = time.monotonic() - begun, watch.stop().quiet
        with database.transaction() as session:
            gone = session.execute(delete(Notice).returning(Notice.id)).all()
    return Round(many / seconds, (seconds / many,), quiet, many - len(gone))


def _bare(session: Session, now: datetime) -> None:
    deliveries.lay(session, now, timedelta(days=1))


def _ours(session: Session, now: datetime) -> None:
    key = literal("quarter:") + cast(Person.id, String)
    chosen = select(Person.id.label("person_id"), key.label("key"))
    facts = {"number": 7, "title": "图书角整理", "starts_at": now}
    outbox.queue_many(session, chosen, KIND, now, facts, now + timedelta(days=1))
