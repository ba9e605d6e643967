"""Opening a quarter: a reminder for every member, against one statement that only inserts."""

import base64
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from bench.contest import Bench
from bench.district import Plan, build, opened, settle
from bench.figures import Round, Row, compared, reference
from bench.machine import Watch, wait_for_quiet
from config.reports import Reports
from server.areas.models import Area
from server.db import Base, Database
from server.notices import rendering
from server.notices.models import Notice, NoticeState
from server.party import reminders, telling
from server.party.keys import PartyVault
from server.party.models import Branch, FileState, PartyFile
from server.party.quarters import Quarter
from server.party.reports import windows
from server.people.models import Channel, Person

RULES = Reports()
VAULT = PartyVault(base64.b64encode(b"p" * 32).decode())
WINDOW = windows.of(Quarter(2026, 2), RULES)
NOW = WINDOW.opens + timedelta(hours=9)
RAW, OURS = "{:,} rows of a quarter by a bare INSERT … SELECT, {}", "a quarter opened for {:,}, {}"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: rows a second, on both databases."""
    many = bench.past
    for backend in ("sqlite", "postgres"):
        url = bench.place.empty_database(backend)
        build(url, Plan(people=many, open=0))
        with opened(url) as database:
            enrol(database)
        names = [words.format(many, backend) for words in (RAW, OURS)]
        rounds: dict[str, list[Round]] = {name: [] for name in names}
        for _ in range(bench.effort.rounds):
            for name, queue in zip(names, (bare, ours), strict=True):
                wait_for_quiet(bench.effort.patience)
                rounds[name].append(_queued(url, queue, many))
                bench.say(f"  {name}: {rounds[name][-1].rate:,.0f}/s")
        raw, opening = names
        yield reference(raw, rounds[raw])
        yield compared(opening, rounds[opening], rounds[raw], raw, "≥ 0.5")


def enrol(database: Database) -> None:
    """Give everybody a file, long before the quarter ends, and let them agree to it."""
    before = WINDOW.opens - timedelta(days=200)
    with database.transaction() as session:
        area_id = session.scalars(select(Area.id).limit(1)).one()
        branch = Branch(name="示例党支部", area_id=area_id, outside=False, created_at=before)
        session.add(branch)
        session.flush()
        _fill(session, PartyFile, Person.id, _of_a_file(branch.id, before))


def bare(database: Database) -> None:
    """Insert the same rows by one statement that asks nothing."""
    with database.transaction() as session:
        _fill(session, Notice, PartyFile.person_id, _of_a_notice())


def ours(database: Database) -> None:
    """Queue what the job queues, in its pieces, each in a transaction of its own."""
    after: int | None = 0
    while after is not None:
        with database.transaction() as session:
            after = reminders.remind(session, NOW, after, rules=RULES, vault=VAULT)


def _queued(url: str, queue: Callable[[Database], None], many: int) -> Round:
    """Open the quarter, look whether all is there, and clear it away."""
    with opened(url) as database:
        settle(database)
        watch, begun = Watch().start(), time.monotonic()
        queue(database)
        seconds, quiet = time.monotonic() - begun, watch.stop().quiet
        with database.transaction() as session:
            gone = session.scalar(select(func.count()).select_from(Notice)) or 0
            session.execute(delete(Notice))
    return Round(many / seconds, (seconds / many,), quiet, many - gone)


def _of_a_file(branch_id: int, at: datetime) -> dict[str, Any]:
    """Return what stands in every file."""
    return {
        "home_id": branch_id,
        "state": FileState.ACTIVE,
        "name": b"sealed",
        "name_mark": "mark",
        "channel": Channel.CONSOLE,
        "consent_version": 1,
        "agreed_at": at,
        "reported_at": at,
        "changed_at": at,
        "revision": 1,
    }


def _of_a_notice() -> dict[str, Any]:
    """Return what stands in every reminder, but for its key and whom it is for."""
    mark = telling.mark(reminders.about(WINDOW), VAULT)
    mine = literal(f"{telling.MEMBER}:") + cast(PartyFile.person_id, String) + literal(f":{mark}")
    return {
        "key": mine + literal(f":{NOW.astimezone(UTC).date()}"),
        "obligation": mine,
        "kind": telling.MEMBER,
        "facts": rendering.spelled({"at": NOW}),
        "state": NoticeState.QUEUED,
        "queued_at": NOW,
        "due_at": NOW,
        "not_after": WINDOW.due,
        "attempts": 0,
        "anchor": f"{telling.MEMBER}:{mark}",
    }


def _fill(session: Session, table: type[Base], person: Any, values: dict[str, Any]) -> None:
    columns = table.__table__.c
    given = {
        name: value if hasattr(value, "label") else literal(value, columns[name].type)
        for name, value in values.items()
    }
    source = select(person, *given.values())
    session.execute(insert(table.__table__).from_select(["person_id", *given], source))
