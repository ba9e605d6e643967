"""Floating members: the desk of a branch with years behind it, and a report handed in by chat."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any

from sqlalchemy import select

from bench import callbacks, clerks, contest, hosts, letters, signups
from bench.clerks import Clerk
from bench.contest import Bench, Contender, Load
from bench.district import CODE, Plan, build, insert_rows, opened, settle
from bench.figures import Row, compared, reference
from config.reports import Reports
from server.areas.models import Area
from server.db import Database
from server.party import lines, quarters
from server.party.keys import PartyVault
from server.party.models import (
    Branch,
    Contact,
    ContactLog,
    FileRead,
    FileState,
    Look,
    Office,
    Organiser,
    PartyFile,
    PartyReport,
    ReportRevision,
    Way,
)
from server.party.quarters import Quarter
from server.party.reports import answers, windows
from server.people import profile
from server.people.models import Channel, Role

KEY = base64.b64encode(b"p" * 32).decode()
VAULT = PartyVault(KEY)
OPEN = {
    "NUANFENG_PARTY_KEY": KEY,
    "NUANFENG_REPORTS__OPENS_DAYS": "60",
    "NUANFENG_REPORTS__GRACE_DAY": "28",
}
"""The work switched on, with windows so long that almost every day is in one."""
RULES = Reports(opens_days=60, grace_day=28)
MEMBERS, YOUNG, OLD, YEAR = 50, 1, 10, 4
LOOKS = 10
"""So many looks a quarter are written down of each member."""
DESK = "desk of a branch, {} years of history, {}"
ASK, SENT = "“活动” beside it, {}", "“提交汇报” → handed in, {}"
SAID = dict.fromkeys(answers.QUESTIONS, "还在示例物流公司，都好")


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: the desk, and the report against a list in the same chat."""
    for backend in ("sqlite", "postgres"):
        yield from _desks(bench, backend)
        yield from _reports(bench, backend)


def _desks(bench: Bench, backend: str) -> Iterator[Row]:
    pair = []
    for years in (YOUNG, OLD):
        url = bench.place.empty_database(backend)
        bench.say(f"  filling {years} years of a branch on {backend}")
        clerk = fill_branch(url, MEMBERS, years * YEAR)
        settings = hosts.settings(url) | OPEN
        name = DESK.format(years, backend)
        pair.append(Contender(name, hosts.SERVICE, settings, _desk(clerk), is_desk))
    rounds = contest.run(bench, pair)
    base, mine = (rounds[each.name] for each in pair)
    yield reference(pair[0].name, base)
    yield compared(pair[1].name, mine, base, pair[0].name, "≤ 1.2", cost=True)


def _reports(bench: Bench, backend: str) -> Iterator[Row]:
    people, url = signups.people_for(bench), bench.place.empty_database(backend)
    if datetime.now(UTC) < windows.current(datetime.now(UTC), RULES).opens:
        bench.say("  no window is open today: reports are left out")
        return
    build(url, Plan(people=people))
    with opened(url) as database:
        fill_drafts(database, people)
        settle(database)
    settings = hosts.settings(url) | OPEN
    ask = Contender(
        ASK.format(backend), hosts.SERVICE, settings, callbacks.asking(people), callbacks.is_list
    )
    send = Contender(SENT.format(backend), hosts.SERVICE, settings, sending(people), is_sent)
    rounds = contest.run(bench, [ask, send])
    yield reference(ask.name, rounds[ask.name])
    yield compared(send.name, rounds[send.name], rounds[ask.name], ask.name, cost=True)


def fill_branch(url: str, members: int, past: int) -> Clerk:
    """Fill an empty database with a branch and so many quarters behind it; return its secretary."""
    build(url, Plan(people=members + 1, open=0))
    now = datetime.now(UTC)
    with opened(url) as database:
        with database.transaction() as session:
            clerk = clerks.seat(session, members + 1, Role.BRANCH_SECRETARY, CODE)
        found_branch(database, clerk.person_id, now)
        put_files(database, range(1, members + 1), now)
        active = {"contact_id": clerk.person_id, "named_by": clerk.person_id, "since": now}
        named = [active | {"file_id": file} for file in range(1, members + 1)]
        insert_rows(database, Contact.__table__, named)
        quarter = quarters.of(now)
        for place in range(past):
            quarter = quarter.before
            _history(database, quarter, members, place, clerk.person_id)
        settle(database)
    return clerk


def fill_drafts(database: Database, people: int) -> None:
    """Give each person a file and a report that only waits to be handed in."""
    now = datetime.now(UTC)
    found_branch(database, 1, now)
    put_files(database, range(1, people + 1), now)
    quarter = str(windows.current(now, RULES).quarter)
    text = lines.written(SAID, answers.LABELS)
    rows = [
        _report(number, quarter, now)
        | {"id": number, "number": 0, "draft": VAULT.seal(text, f"party_report:{number}:draft")}
        for number in range(1, people + 1)
    ]
    insert_rows(database, PartyReport.__table__, rows)


def sending(people: int) -> Load:
    """Return a load in which one member after the other hands a report in."""
    senders = count()

    def load(port: int, many: int) -> list[bytes]:
        sent = islice(senders, many)
        words = ((letters.openid(n % people + 1), "提交汇报") for n in sent)
        return letters.requests(port, words)

    return load


def is_sent(body: bytes) -> bool:
    """Tell whether this is a reply that a report was handed in, late or not."""
    return "交好了" in letters.content(body)


def is_desk(body: bytes) -> bool:
    """Tell whether this is a full desk of a branch."""
    return body.count("示例·党员".encode()) == MEMBERS


def _desk(clerk: Clerk) -> Load:
    return lambda port, many: [clerk.asks(port, "/party")] * many


def found_branch(database: Database, secretary: int, now: datetime) -> None:
    """Put down a branch of this secretary, number 1."""
    with database.transaction() as session:
        area = session.scalars(select(Area.id).order_by(Area.id)).first()
        facts = {"name": "示例支部", "area_id": area, "outside": False, "created_at": now}
        session.add(Branch(id=1, **facts))
        session.flush()
        seat = {"branch_id": 1, "person_id": secretary, "office": Office.SECRETARY, "since": now}
        session.add(Organiser(**seat))


def put_files(database: Database, people: range, now: datetime) -> None:
    """Give each of these people a file of their own number in branch 1, long ago."""
    insert_rows(database, PartyFile.__table__, [_file(number, now) for number in people])


def _file(number: int, now: datetime) -> dict[str, Any]:
    name, since = f"示例·党员{number}", now - timedelta(days=4_000)
    row = {"id": number, "person_id": number, "home_id": 1, "state": FileState.ACTIVE}
    return row | {
        "name": VAULT.seal(name, f"party_file:{number}:name"),
        "name_mark": profile.name_mark(name, vault=VAULT),
        "channel": Channel.CONSOLE,
        "consent_version": 1,
        "agreed_at": since,
        "confirmed_at": since,
        "reported_at": since,
        "changed_at": since,
        "revision": 1,
    }


def _history(
    database: Database, quarter: Quarter, members: int, place: int, secretary: int
) -> None:
    """Write down what a quarter leaves behind: a report, a call and some looks of each member."""
    at, files = quarter.begins + timedelta(days=40), range(1, members + 1)
    first = place * members
    reports = [_report(n, str(quarter), at) | {"id": first + n, "number": 1} for n in files]
    insert_rows(database, PartyReport.__table__, reports)
    text = VAULT.seal("示例", "bench")
    told = {"number": 1, "answers": text, "channel": Channel.CHAT, "at": at}
    revisions = [told | {"report_id": first + n, "by_id": n} for n in files]
    insert_rows(database, ReportRevision.__table__, revisions)
    call = {"by_id": secretary, "day": at.date(), "quarter": str(quarter), "way": Way.PHONE}
    call |= {"reached": True, "channel": Channel.CHAT, "at": at}
    insert_rows(database, ContactLog.__table__, [call | {"file_id": n} for n in files])
    look = {"reader_id": secretary, "part": Look.LIST, "why": "desk", "at": at}
    looks = [look | {"file_id": n} for n in files for _ in range(LOOKS)]
    insert_rows(database, FileRead.__table__, looks)


def _report(file: int, quarter: str, at: datetime) -> dict[str, Any]:
    row = {"file_id": file, "quarter": quarter, "step": 0, "late": False}
    return row | {"changed_at": at}
