"""Members hand in one report by all doors at once; what came of it, and who was noted to look."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench import branches
from bench.district import opened
from bench.rigs import customers
from bench.rigs.bank import Bank, pace
from bench.rigs.cells import Cell
from bench.rigs.customers import Customer, Line, Told
from bench.rigs.errands import Errand, Kind
from bench.rigs.outcome import Found, Order
from config.reports import Reports
from server.party.models import FileRead, Look, PartyReport, ReportRevision
from server.party.quarters import Quarter
from server.party.reports import answers, windows

TELLERS, TEXTS = 8, 20
QUARTER = Quarter(2026, 2)
OPEN = windows.of(QUARTER, Reports()).opens + timedelta(hours=1)
DOORS = (Kind.CHAT, Kind.REST, Kind.PROXY)
BETWEEN = (Kind.DRAFT, Kind.SHOW, Kind.LOOK)
LOOKS = {Kind.CHAT: 2, Kind.REST: 1, Kind.DRAFT: 1, Kind.SHOW: 1, Kind.LOOK: 1}
"""How many lines each leaves in the read log; a proxy reads nothing."""
Revisions = Mapping[int, Sequence[tuple[int, str]]]
"""Number and words of each revision, by file."""


@dataclass(frozen=True)
class Played:
    """What was brought, what was said of it, and how often nobody knew."""

    plan: Sequence[Errand]
    told: Told
    unsure: Counter[str]


def play(here: Bank, cell: Cell, order: Order) -> Found:
    """Bring twenty texts of each member at once, then the last one again; of controls none dies.

    Return what was done, and what must be nought.
    """
    chance = random.Random(f"{order.seed}:reports:{order.backend}")
    plan = planned(cell, order.rounds, chance)
    with here.serving(TELLERS) as crowd:
        with nullcontext() if order.mutant else here.robbed(chance, pace(order)):
            customers.all_bring(crowd, Line([(one, one.key) for one in plan], OPEN))
        played = _played(crowd, plan)
        before = revisions(here.url)
        again = _again(cell, before)
        customers.all_bring(crowd, Line([(one, one.key) for one in again], OPEN))
        read = _played(crowd, [*plan, *again])
    grown = sum(map(len, revisions(here.url).values())) - sum(map(len, before.values()))
    submitted = [one for one in plan if one.kind in DOORS]
    facts = {
        "kills amid reports": here.kills,
        "submissions at once": len(submitted),
        "told again at once": len(again),
        "drafts between": sum(one.kind is Kind.DRAFT for one in plan),
        "reads": sum(_reads(read).values()),
        "unsure of": sum(read.unsure.values()),
    }
    nought = {
        **reckon(here.url, played, before),
        "revisions of what was told again": grown,
        **looks(here.url, read),
    }
    return facts, nought


def planned(cell: Cell, members: int, chance: random.Random) -> list[Errand]:
    """Return twenty texts of each of these members by all doors, with looks and drafts between."""
    found = []
    for file in range(1, members + 1):
        kinds = [*(DOORS[number % 3] for number in range(TEXTS)), *BETWEEN]
        chance.shuffle(kinds)
        found += [_errand(cell, kind, file, f"{number}") for number, kind in enumerate(kinds)]
    return found


def _errand(cell: Cell, kind: Kind, file: int, name: str) -> Errand:
    by = cell.deputy if kind in (Kind.PROXY, Kind.LOOK) else 0
    key = f"{kind}:{file}:{name}"
    return Errand(key, kind, file, OPEN, str(QUARTER), by, key)


def _again(cell: Cell, before: Revisions) -> list[Errand]:
    """Return what is in force of each member, by every door twice more."""
    return [
        Errand(
            f"again:{file}:{kind}:{time}",
            kind,
            file,
            OPEN,
            str(QUARTER),
            cell.deputy if kind is Kind.PROXY else 0,
            found[-1][1],
        )
        for file, found in before.items()
        for kind in DOORS
        for time in range(2)
    ]


def _played(crowd: Sequence[Customer], plan: Sequence[Errand]) -> Played:
    unsure = sum((customer.unsure for customer in crowd), Counter[str]())
    return Played(plan, customers.answers(crowd), unsure)


def reckon(url: str, played: Played, found: Revisions) -> dict[str, int]:
    """Hold what was acknowledged against the revisions that are there."""
    asked = {one.key for one in played.plan if one.kind in DOORS}
    kept = Counter(words for each in found.values() for _number, words in each)
    acked = {key for key in asked if played.told[key].number is not None}
    many = {key: kept[key] - 1 - played.unsure[key] for key in asked}
    with opened(url) as database, database.reading() as session:
        second = _second(session)
    return {
        "second reports of a quarter": second,
        "submissions lost": sum(not kept[key] for key in acked),
        "submissions doubled": sum(max(0, more) for more in many.values()),
        "revisions nobody handed in": sum(words not in asked for words in kept),
        "revisions out of turn": sum(
            [number for number, _words in each] != list(range(1, len(each) + 1))
            for each in found.values()
        ),
        "not taken": sum(said.number is None for said in played.told.values()),
    }


def _second(session: Session) -> int:
    """Count the reports beyond one of a member for a quarter."""
    each = select(func.count().label("many")).group_by(PartyReport.file_id, PartyReport.quarter)
    counted = each.select_from(PartyReport).subquery()
    return session.scalar(select(func.coalesce(func.sum(counted.c.many - 1), 0))) or 0


def revisions(url: str) -> Revisions:
    """Return what was handed in of this quarter, by file, in the order of its numbers."""
    wanted = (
        select(PartyReport.file_id, ReportRevision)
        .join(ReportRevision, ReportRevision.report_id == PartyReport.id)
        .where(PartyReport.quarter == str(QUARTER))
        .order_by(PartyReport.file_id, PartyReport.id, ReportRevision.number)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    with opened(url) as database, database.reading() as session:
        for file_id, row in session.execute(wanted):
            words = answers.of(row, branches.VAULT)["work"]
            found.setdefault(file_id, []).append((row.number, words))
    return found


def looks(url: str, played: Played) -> dict[str, int]:
    """Hold the reads that were answered against the read log: one line each, none missing."""
    wanted = (
        select(FileRead.file_id, FileRead.reader_id, func.count())
        .where(FileRead.part == Look.REPORT)
        .group_by(FileRead.file_id, FileRead.reader_id)
    )
    with opened(url) as database, database.reading() as session:
        noted = {(file, reader): many for file, reader, many in session.execute(wanted)}
    read, perhaps = _reads(played), Counter[tuple[int, int]]()
    for one in played.plan:
        perhaps[one.file, one.by or one.file] += LOOKS.get(one.kind, 0) * played.unsure[one.key]
    who = noted.keys() | read.keys()
    more = {each: noted.get(each, 0) - read[each] for each in who}
    return {
        "looks missing": sum(max(0, -many) for many in more.values()),
        "looks too many": sum(max(0, many - perhaps[each]) for each, many in more.items()),
    }


def _reads(played: Played) -> Counter[tuple[int, int]]:
    """Count what was read, by file and reader."""
    found: Counter[tuple[int, int]] = Counter()
    for one in played.plan:
        if played.told[one.key].number is not None:
            found[one.file, one.by or one.file] += LOOKS.get(one.kind, 0)
    return found
