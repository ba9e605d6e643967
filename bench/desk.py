"""Pages of staff: a roster of 500 people, and lists with years of work behind them."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import event, select, update

from bench import backlog, contest, hosts, wire
from bench.clerks import Clerk, seat
from bench.contest import Bench, Contender, Load
from bench.district import CODE, Plan, build, insert_rows, opened
from bench.figures import Row, compared, reference
from config.settings import load_settings
from server.app import create_app
from server.console.face import console
from server.people.models import Channel, Person, Role
from server.people.vault import Vault
from server.volunteers.models import Attendance, Route, Shift, Signup, SignupState

PEOPLE = 500
YOUNG = 100
"""The young database holds one of so many records of the old one."""
TARGET = "≤ 1.2"
STREET, COMMUNITY = f"{CODE}001", f"{CODE}001007"
PAGE_OF = {"raw": "/raw", "jinja": "/jinja"}
BARE = {"raw": "roster of {}, raw SELECT as JSON, {}", "jinja": "roster of {}, bare Jinja, {}"}
OURS = "roster of {}, console page, {}"
BEHIND = "{}, {:,} records behind it, {}"


@dataclass(frozen=True)
class List:
    """A list as somebody with a post sees it, and what a right answer contains."""

    name: str
    role: Role
    area: str
    path: str
    words: str


QUEUE = "待办事项，最急的在前"
LISTS = (
    List("queue of a community worker", Role.COMMUNITY_WORKER, COMMUNITY, "/", QUEUE),
    List("queue of the district", Role.DISTRICT_OPERATOR, CODE, "/", QUEUE),
    List("approvals of a street", Role.STREET_OPERATOR, STREET, "/approvals", "更正已生效的时长"),
    List("trail of the district", Role.AUDITOR, CODE, "/audit", "records.confirmed"),
    List("trail of a street", Role.AUDITOR, STREET, "/audit", "records.confirmed"),
)


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: the roster and the lists on each database."""
    # a page costs as much as some twenty replies in chat
    bench = replace(bench, effort=replace(bench.effort, requests=bench.effort.requests // 10))
    for backend in ("sqlite", "postgres"):
        yield from _roster(bench, backend)
        yield from _lists(bench, backend)


def _roster(bench: Bench, backend: str) -> Iterator[Row]:
    url = bench.place.empty_database(backend)
    environment = hosts.settings(url)
    os.environ.update(environment)
    clerk = fill_roster(url, PEOPLE)
    path = "/shifts/1/roster"
    contenders = [
        Contender(
            BARE[kind].format(PEOPLE, backend),
            "bench.baselines.raw_roster:app",
            {"BENCH_DATABASE": url, "BENCH_SHIFT": "1"},
            _bare(PAGE_OF[kind]),
            lambda body: len(body) > PEOPLE * 20,
        )
        for kind in PAGE_OF
    ]
    mine = Contender(
        OURS.format(PEOPLE, backend), hosts.SERVICE, environment, _asking(clerk, path), _is_roster
    )
    statements = count_statements(clerk, path)
    bench.facts.append(f"roster page of {PEOPLE}, {backend}: {statements} statements")
    rounds = contest.run(bench, [*contenders, mine])
    raw, jinja = (rounds[each.name] for each in contenders)
    yield reference(contenders[0].name, raw)
    yield compared(contenders[1].name, jinja, raw, contenders[0].name)
    yield compared(mine.name, rounds[mine.name], raw, contenders[0].name)
    yield compared(mine.name, rounds[mine.name], jinja, contenders[1].name)


def _lists(bench: Bench, backend: str) -> Iterator[Row]:
    sizes = (bench.inbound // YOUNG, bench.inbound)
    pairs: dict[str, list[Contender]] = {each.name: [] for each in LISTS}
    for behind in sizes:
        url = bench.place.empty_database(backend)
        os.environ.update(hosts.settings(url))
        bench.say(f"  filling {behind:,} records behind the lists on {backend}")
        backlog.fill(url, behind)
        for each, clerk in _staff(url):
            statements = count_statements(clerk, each.path)
            name = BEHIND.format(each.name, behind, backend)
            bench.facts.append(f"{name}: {statements} statements")
            asking, right = _asking(clerk, each.path), _has(each.words)
            pairs[each.name].append(
                Contender(name, hosts.SERVICE, hosts.settings(url), asking, right)
            )
    for young, old in pairs.values():
        rounds = contest.run(bench, [young, old])
        base, mine = rounds[young.name], rounds[old.name]
        yield reference(young.name, base)
        yield compared(old.name, mine, base, young.name, TARGET, cost=True)


def _staff(url: str) -> list[tuple[List, Clerk]]:
    with opened(url) as database, database.transaction() as session:
        return [
            (each, seat(session, number, each.role, each.area))
            for number, each in enumerate(LISTS, 1)
        ]


def fill_roster(url: str, people: int) -> Clerk:
    """Fill an empty database with a shift that runs now, where half of the people are present."""
    build(url, Plan(people=people + 1, open=1, seats_of_open=people))
    vault = Vault(load_settings().data_key.get_secret_value())
    begun = datetime.now(UTC) - timedelta(minutes=10)
    with opened(url) as database:
        with database.transaction() as session:
            for person in session.scalars(select(Person)):
                person.name = vault.seal(f"示例·志愿者{person.id}", f"person:{person.id}:name")
                person.volunteer_no = f"1401060000{person.id:04}"
            ends = begun + timedelta(hours=3)
            session.execute(update(Shift).values(starts_at=begun, ends_at=ends, taken=people))
            clerk = seat(session, people + 1, Role.COMMUNITY_WORKER, CODE)
        insert_rows(database, Signup.__table__, [_signup(n, begun) for n in range(1, people + 1)])
        came = [_attendance(n, begun) for n in range(1, people + 1, 2)]
        insert_rows(database, Attendance.__table__, came)
    return clerk


def _signup(person: int, at: datetime) -> dict[str, object]:
    state = SignupState.CHECKED_IN if person % 2 else SignupState.CONFIRMED
    row = {"id": person, "shift_id": 1, "person_id": person, "state": state}
    return row | {"channel": Channel.CHAT, "created_at": at, "changed_at": at}


def _attendance(person: int, at: datetime) -> dict[str, object]:
    row = {"signup_id": person, "shift_id": 1, "person_id": person, "in_at": at}
    return row | {"in_route": Route.ROTATING_CODE, "entered_at": at}


def count_statements(clerk: Clerk, path: str) -> int:
    """Return how many statements a page costs, asked of the application in this process."""
    app = create_app(load_settings(), faces=[console])
    runtime = app.extensions["runtime"]
    seen: list[str] = []
    client = app.test_client()
    client.set_cookie("console", clerk.token)
    note = _noting(seen)
    engines = {runtime.db.engine} | ({runtime.db.reader} if runtime.db.is_sqlite else set())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    answer = client.get(f"/console{path}")
    runtime.close()
    if answer.status_code != 200:
        raise contest.WrongAnswer(f"{path}: HTTP {answer.status_code}")
    return len(seen)


def _noting(seen: list[str]) -> Callable[..., None]:
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    return note


def _bare(path: str) -> Load:
    return lambda port, many: [wire.get(port, path)] * many


def _asking(clerk: Clerk, path: str) -> Load:
    return lambda port, many: [clerk.asks(port, path)] * many


def _is_roster(body: bytes) -> bool:
    return body.count("未到".encode()) >= 1 and body.count(b'name="signup"') == PEOPLE


def _has(words: str) -> Callable[[bytes], bool]:
    said = words.encode()
    return lambda body: said in body
