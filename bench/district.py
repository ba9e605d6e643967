"""Databases for measuring: a district with people, activities and as much history as asked for."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import AreaKind
from server.db import Database
from server.migrations import commands
from server.people.models import ApiSession
from server.volunteers.models import Activity, ActivityState, Field, Shift, TeamKind

CODE = "140106"
CHUNK = 20_000
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
_PEOPLE = f"INSERT INTO person (created_at) {NUMBERS} SELECT :now FROM n"
_ACCOUNTS = """
INSERT INTO account (person_id, app, openid, following, created_at)
SELECT id, 'official', 'oBench' || substr('0000000000000000000000' || id, -22), TRUE, :now
FROM person
"""
_INBOUND = f"""
INSERT INTO inbound (key, app, openid, kind, event, state, received_at, reply)
{NUMBERS} SELECT 'official:oPast' || (i + :first) || ':' || (i + :first), 'official',
  'oPast' || (i + :first) % 50000, 'text', '', 'applied', :now, :reply
FROM n
"""


@dataclass(frozen=True)
class Plan:
    """What to put into a database.

    `open` activities are numbered from 1 and lie on days of their own, so that nobody's times
    clash; `past` ones and `inbound` messages are history. `rushes` come last, each with one
    shift of `seats` places.
    """

    people: int = 2_000
    open: int = 30
    seats_of_open: int = 100_000
    rushes: int = 0
    seats: int = 50
    past: int = 0
    inbound: int = 0

    def number_of_rush(self, rush: int) -> int:
        """Return what people type to sign up in this rush, counted from 0."""
        return self.open + rush + 1


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open a database while the block runs."""
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def build(url: str, plan: Plan) -> None:
    """Migrate the empty database at this address and fill it as planned."""
    now = datetime.now(UTC)
    with opened(url) as database:
        commands.upgrade(database)
        with database.transaction() as session:
            area = tree.plant(session, CODE, "示例区", AreaKind.DISTRICT, None)
            session.flush()
            area_id = area.id
            session.execute(text(_PEOPLE), {"many": plan.people, "now": now})
            session.execute(text(_account_words(session)), {"now": now})
        _publish(database, plan, area_id, now)
        _remember(database, plan.inbound, now)
        settle(database)


def log_in(url: str, people: Iterable[int]) -> list[str]:
    """Open a mini-program session for each of these persons and return the tokens."""
    now = datetime.now(UTC)
    tokens = {f"bench-token-{person:031d}": person for person in people}
    rows = [login_row(token, person, person, now) for token, person in tokens.items()]
    with opened(url) as database, database.transaction() as session:
        session.execute(insert(ApiSession.__table__), rows)
    return list(tokens)


def login_row(token: str, person_id: int, account_id: int, now: datetime) -> dict[str, Any]:
    """Return a login that is good for a day, as it is written down."""
    return {
        "token_mark": sha256(token.encode()).hexdigest(),
        "person_id": person_id,
        "account_id": account_id,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + timedelta(days=1),
    }


def _account_words(session: Session) -> str:
    if session.get_bind().dialect.name == "sqlite":
        return _ACCOUNTS
    return _ACCOUNTS.replace(
        "substr('0000000000000000000000' || id, -22)", "lpad(id::text, 22, '0')"
    )


def _publish(database: Database, plan: Plan, area_id: int, now: datetime) -> None:
    seats = [plan.seats_of_open] * plan.open + [plan.seats] * plan.rushes
    ahead = [(now + timedelta(days=day + 3), seats) for day, seats in enumerate(seats)]
    behind = [(now - timedelta(hours=hour + 24), 10) for hour in range(plan.past)]
    activities, shifts = [], []
    for number, (starts_at, capacity) in enumerate(ahead + behind, 1):
        activities.append(activity_row(number, area_id, starts_at))
        shifts.append(shift_row(number, starts_at, capacity))
    insert_rows(database, Activity.__table__, activities)
    insert_rows(database, Shift.__table__, shifts)


def activity_row(number: int, area_id: int, closes_at: datetime) -> dict[str, Any]:
    """Return an open activity, as it is written down."""
    return {
        "number": number,
        "title": f"社区服务示例{number}",
        "field": Field.CONVENIENCE,
        "team": TeamKind.OTHER,
        "area_id": area_id,
        "place": "示例社区活动室",
        "leader_name": "示例·王芳",
        "risk_note": "请量力而行，听从带队人安排。",
        "state": ActivityState.OPEN,
        "closes_at": closes_at,
        "created_at": closes_at - timedelta(days=90),
    }


def shift_row(activity_id: int, starts_at: datetime, capacity: int) -> dict[str, Any]:
    """Return a shift of two hours that people may sign up for until it begins."""
    return {
        "activity_id": activity_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "capacity": capacity,
        "taken": 0,
        "waiting": 0,
        # the last of many that lie on days of their own is months away
        "opens_at": starts_at - timedelta(days=365),
        "closes_at": starts_at,
        "free_cancel_until": starts_at - timedelta(hours=24),
    }


def insert_rows(database: Database, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows in chunks, each in a transaction of its own."""
    for first in range(0, len(rows), CHUNK):
        with database.transaction() as session:
            session.execute(insert(table), rows[first : first + CHUNK])


def _remember(database: Database, many: int, now: datetime) -> None:
    for first in range(0, many, CHUNK):
        facts: Mapping[str, Any] = {
            "many": min(CHUNK, many - first),
            "first": first,
            "now": now - timedelta(minutes=(many - first) // 100 + 1),
            "reply": "已报名示例活动，地点：示例社区活动室。" * 4,
        }
        with database.transaction() as session:
            session.execute(text(_INBOUND), facts)


def settle(database: Database) -> None:
    """Let PostgreSQL learn what it holds, as it does by itself within minutes."""
    if not database.is_sqlite:
        with database.transaction() as session:
            session.execute(text("ANALYZE"))
            session.execute(text("CHECKPOINT"))
