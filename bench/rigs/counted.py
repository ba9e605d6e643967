"""Figures of random trees of branches, summed up while members move between them."""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench import branches
from bench.district import CODE, insert_rows, opened
from bench.places import Place
from bench.rigs import cells
from bench.rigs.cells import LONG_AGO, Cell
from bench.rigs.outcome import Found, Order
from bench.rigs.rivals import ASKED, RULES
from server.areas import tree
from server.areas.models import Area, AreaKind
from server.db import Busy, Database
from server.party.figures import counting, figures
from server.party.figures.counting import Span
from server.party.figures.hiding import ALL
from server.party.models import Branch, PartyFile, PartyReport
from server.people import posts
from server.people.models import Role
from server.staff import reach as reaches

MEMBERS, BRANCHES, STREETS, COMMUNITIES = 1_000, 40, 4, 3
MOVERS = 4
NOW = ASKED.opens


@dataclass
class Crowd:
    """Threads that move members from branch to branch until they are stopped."""

    database: Database
    seed: str
    moves: int = 0

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Move while the block runs."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._move, args=(stop, n)) for n in range(MOVERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _move(self, stop: threading.Event, number: int) -> None:
        chance = random.Random(f"{self.seed}:{number}")
        while not stop.is_set():
            file, to = chance.randint(1, MEMBERS), chance.randint(1, BRANCHES)
            home = update(PartyFile).where(PartyFile.id == file).values(home_id=to)
            try:
                with self.database.transaction() as session:
                    session.execute(home)
            except Busy:
                continue
            self.moves += 1


def run(place: Place, order: Order, trees: int) -> Found:
    """Sum up so many random trees on a new database; the control sums over several snapshots."""
    return play(place.empty_database(order.backend), order, trees)


def play(url: str, order: Order, trees: int) -> Found:
    """Sum up so many random trees; return what was done, and what must be nought."""
    chance = random.Random(f"{order.seed}:figures:{order.backend}")
    cell = cells.fill(url, MEMBERS)
    with opened(url) as database:
        areas = _plant(database, cell)
        crowd, wrong, sums = Crowd(database, f"{order.seed}"), 0, 0
        for _number in range(trees):
            _shuffle(database, areas, chance)
            with crowd.moving():
                found = _mismatches(database, cell, areas, apart=order.mutant)
            wrong, sums = wrong + sum(found), sums + len(found)
    facts = {"trees": trees, "sums over a tree": sums, "moves meanwhile": crowd.moves}
    return facts, {"totals unequal to the sum": wrong}


def _plant(database: Database, cell: Cell) -> list[int]:
    """Put down areas, branches and reports; return the areas, the district first."""
    with database.transaction() as session:
        top = tree.by_code(session, CODE)
        areas = [top.id]
        for street in range(STREETS):
            below = tree.plant(
                session, f"{CODE}{street}", f"示例街道{street}", AreaKind.STREET, top
            )
            session.flush()
            areas.append(below.id)
            for number in range(COMMUNITIES):
                code, name = f"{CODE}{street}{number}", f"示例社区{street}{number}"
                areas.append(tree.plant(session, code, name, AreaKind.COMMUNITY, below).id)
            who = cell.members - street
            posts.appoint(session, who, Role.PARTY_DATA_OFFICER, below, LONG_AGO, until=None)
        facts = {"area_id": top.id, "outside": False, "created_at": LONG_AGO}
        for number in range(2, BRANCHES + 1):
            session.add(Branch(id=number, name=f"示例支部{number}", **facts))
    row = {"quarter": str(ASKED.quarter), "step": 0, "number": 1, "changed_at": NOW}
    told = [row | {"file_id": n, "late": n % 3 == 0} for n in range(1, MEMBERS, 2)]
    insert_rows(database, PartyReport.__table__, told)
    return areas


def _shuffle(database: Database, areas: Sequence[int], chance: random.Random) -> None:
    """Let branches lie anywhere in the tree, and members be at home anywhere."""
    with database.transaction() as session:
        for branch in session.scalars(select(Branch)):
            branch.area_id = chance.choice(areas)
        for file in session.scalars(select(PartyFile)):
            file.home_id = chance.randint(1, BRANCHES)


def _mismatches(database: Database, cell: Cell, areas: Sequence[int], *, apart: bool) -> list[bool]:
    """Tell of each officer's area, the whole district first, whether total and sum differ.

    `apart`: the sum is asked of another snapshot than the total.
    """
    who = [cell.officer, *(cell.members - street for street in range(STREETS))]
    roots = [areas[0], *areas[1 :: COMMUNITIES + 1]]
    with database.reading() as session:
        totals = [_total(session, officer, NOW) for officer in who]
        if not apart:
            sums = [_sum(session, area) for area in roots]
            shown = reaches.of(session, cell.officer, NOW)
            sheet = figures.of(
                session, shown, ASKED.quarter, NOW, rules=RULES, vault=branches.VAULT
            ).sheets[ALL]
            everybody = sheet.counts["members"] == MEMBERS
    if apart:
        with database.reading() as session:
            sums, everybody = [_sum(session, area) for area in roots], True
    return [not everybody, *(total != found for total, found in zip(totals, sums, strict=True))]


def _total(session: Session, officer: int, now: datetime) -> Counter[str]:
    """Return the total of all that an officer answers for, in one go."""
    kept = list(figures.kept(session, reaches.of(session, officer, now), now))
    found = counting.count(session, Span(kept, ASKED.quarter, now), RULES, branches.VAULT)
    return sum(found.values(), Counter())


def _sum(session: Session, area: int) -> Counter[str]:
    """Return the sum of the branches of an area, each by itself, and of all areas below it."""
    found: Counter[str] = Counter()
    for branch in session.scalars(select(Branch.id).where(Branch.area_id == area)).all():
        span = Span([branch], ASKED.quarter, NOW)
        found += counting.count(session, span, RULES, branches.VAULT)[branch]
    for below in session.scalars(select(Area.id).where(Area.parent_id == area)).all():
        found += _sum(session, below)
    return found
