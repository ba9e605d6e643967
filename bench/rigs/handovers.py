"""Contacts are named and handed over at once: each member has one, and nobody is their own."""

import random
from contextlib import nullcontext
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench.district import opened
from bench.rigs import customers
from bench.rigs.bank import Bank, pace
from bench.rigs.cells import CONTACTS, Cell
from bench.rigs.customers import Line
from bench.rigs.errands import Errand, Kind
from bench.rigs.outcome import Found, Order
from bench.rigs.rivals import ASKED, TELLERS
from server.party.models import Contact, PartyFile

A_MEMBER = 4
"""So many deeds for each member; half of them hand over all that somebody has."""
MOMENT = timedelta(milliseconds=1)
BEGIN = ASKED.opens


def play(here: Bank, cell: Cell, order: Order) -> Found:
    """Name and hand over at once; return what was done, and what must be nought.

    Each deed has a moment of its own, so that what was written tells by which it was.
    """
    chance = random.Random(f"{order.seed}:handovers:{order.backend}")
    plan = [_errand(cell, number, chance) for number in range(cell.members * A_MEMBER)]
    with here.serving(TELLERS) as crowd:
        with nullcontext() if order.mutant else here.robbed(chance, pace(order)):
            customers.all_bring(crowd, Line([(one, one.key) for one in plan], BEGIN))
        told = customers.answers(crowd)
    handed = {one.at: one.file for one in plan if one.kind is Kind.HAND_OVER}
    nought = {
        **_held(here.url, cell),
        "handed over from somebody else": _strangers(here.url, handed),
        "contacts failed": sum(bool(said.failed) for said in told.values()),
    }
    facts = {
        "kills amid hand-overs": here.kills,
        "contacts named": len(plan) - len(handed),
        "contacts handed over": len(handed),
    }
    return facts, nought


def _errand(cell: Cell, number: int, chance: random.Random) -> Errand:
    able, at = (cell.deputy, *CONTACTS), BEGIN + number * MOMENT
    if chance.random() < 0.5:
        gives, takes = chance.sample(able, 2)
        return Errand(f"over:{number}", Kind.HAND_OVER, gives, at, by=cell.secretary, number=takes)
    file = chance.randint(1, cell.members)
    to = chance.choice(able)
    return Errand(f"name:{number}", Kind.NAME, file, at, by=cell.officer, number=to)


def _held(url: str, cell: Cell) -> dict[str, int]:
    active = select(Contact.file_id, func.count().label("many")).where(Contact.until.is_(None))
    counted = active.group_by(Contact.file_id).subquery()
    own = select(func.count()).select_from(Contact).join(PartyFile, PartyFile.id == Contact.file_id)
    with opened(url) as database, database.reading() as session:
        ones = session.scalar(select(func.count()).where(counted.c.many == 1)) or 0
        selves = session.scalar(own.where(Contact.contact_id == PartyFile.person_id)) or 0
    return {"members without one contact": cell.members - ones, "own contacts": selves}


def _strangers(url: str, handed: dict[datetime, int]) -> int:
    """Count who was handed over though their contact was not the one who gives."""
    wrong, last = 0, dict[int, int]()
    with opened(url) as database, database.reading() as session:
        for row in session.scalars(select(Contact).order_by(Contact.id)):
            gives = handed.get(row.since)
            wrong += gives is not None and last.get(row.file_id) != gives
            last[row.file_id] = row.contact_id
    return wrong
