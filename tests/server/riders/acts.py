"""Riders and their deeds, as tests need them."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas import tree
from server.people.models import Channel
from server.riders import registration
from server.riders.models import AccountKind, PointsAccount, PointsEntry, Sector
from server.riders.points import earning, proof, reading
from server.riders.points.earning import Award, Grant
from server.riders.registration import Told
from tests.factories import a_person

NOBODY = 10**9


def a_rider(session: Session, now: datetime) -> int:
    """Return somebody who has registered as a rider in the district."""
    person = a_person(session, now)
    riding(session, person, now)
    return person


def riding(session: Session, person: int, now: datetime) -> None:
    """Register somebody as a rider in the district."""
    told = Told(Sector.FOOD, tree.root(session).code)
    registration.register(session, person, told, Channel.CHAT, now)


def earn(
    session: Session, person: int, now: datetime, source: str = "report:1", **more: Any
) -> Grant:
    """Give points for a report that the community has seen, unless told otherwise."""
    given = {"code": "HAZARD_OK", "at": now, "by": NOBODY} | more
    return earning.earn(session, Award(person_id=person, source=source, **given), now)


def rich(session: Session, person: int, now: datetime, points: int) -> None:
    """Give so many points, ten at a time and the rest in ones, without regard to who saw what."""
    for number in range(points // 5):
        more = {"code": "SUGGEST_ADOPTED", "source": f"rich:{person}:{number}:{now}"}
        earn(session, person, now, **more)


def has(session: Session, person: int, now: datetime) -> int:
    """Return what somebody may spend."""
    return reading.balance(session, person, now).points


def books(session: Session) -> tuple[str | None, int]:
    """Return the first flaw of the ledger, and what all accounts sum to."""
    flaw = proof.verify(session).flaw
    total = session.scalar(select(func.sum(PointsAccount.balance)))
    return flaw.what if flaw else None, int(total or 0)


def lines(session: Session, person: int) -> list[tuple[int, int, int]]:
    """Return somebody's lines as (number, delta, balance), the oldest first."""
    rows = session.execute(
        select(PointsEntry.number, PointsEntry.delta, PointsEntry.balance)
        .join(PointsAccount, PointsAccount.id == PointsEntry.account_id)
        .where(PointsAccount.person_id == person, PointsAccount.kind == AccountKind.PERSON)
        .order_by(PointsEntry.number)
    )
    return [tuple(row) for row in rows]
