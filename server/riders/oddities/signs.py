"""Signs that points may be given by arrangement, looked for each night; a person judges them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db import insert_into
from server.people.models import Person
from server.riders.models import (
    OddityKind,
    OddState,
    PointsCount,
    PointsOddity,
    Rider,
)
from server.riders.oddities import awards, linked
from server.riders.points.ledger import local_day

LATELY = timedelta(hours=30)
"""A day and the night after it, so that no award is missed between two nights."""
MONTH = timedelta(days=30)
MOST, MOST_OF_A_MONTH = 20_000, 100_000
"""Places of the chain that are looked at: past these a busy district is looked at in part."""

FEWEST_OF_A_PAIR = 5
SHARE_OF_A_PAIR = 50
"""Per cent of what somebody vouched for that goes to one and the same rider."""
BURST, BURST_SPAN = 10, timedelta(minutes=5)
FULL_DAYS, OF_DAYS = 5, 7
OFTEN = 3
AT_ONCE = 500

count = PointsCount.__table__.c
rider = Rider.__table__.c
person = Person.__table__.c


class Sign(NamedTuple):
    """What looks odd: about whom, who vouched, under a key that is kept once, in numbers."""

    kind: OddityKind
    key: str
    person_id: int | None
    verifier_id: int | None
    facts: dict[str, int]


def look(session: Session, now: datetime) -> int:
    """Note what looks odd about the points of late; return how much was new."""
    rows = awards.given(session, awards.since(session, now - LATELY, MOST), MOST)
    month = awards.since(session, now - MONTH, MOST_OF_A_MONTH)
    found = [
        *_bursts(rows),
        *_linked(session, rows),
        *_full(session, rows, now),
        *_pairs(session, month, now),
        *_taken_back(session, month, now),
    ]
    areas, there = _areas(session, found), _there(session, found)
    return sum(_keep(session, sign, areas, there, now) for sign in found)


def _bursts(rows: Sequence[Any]) -> Iterator[Sign]:
    """Find many awards of one hand within minutes."""
    by_hand: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.at, row.place)):
        by_hand[row.actor].append(row)
    for hand, given in by_hand.items():
        begins = 0
        for ends, row in enumerate(given):
            while row.at - given[begins].at > BURST_SPAN:
                begins += 1
            if ends - begins + 1 == BURST:
                first = given[begins]
                key = f"burst:{hand}:{first.place}"
                facts = {"number": BURST, "minutes": int(BURST_SPAN.total_seconds() // 60)}
                yield Sign(OddityKind.BURST, key, first.person_id, hand, facts)
                begins = ends + 1


def _linked(session: Session, rows: Sequence[Any]) -> Iterator[Sign]:
    """Find awards whose two sides are close to each other, one sign a pair and day."""
    for row, how in linked.found(session, rows):
        day = local_day(row.at)
        key = f"linked:{row.actor}:{row.person_id}:{day}"
        yield Sign(OddityKind.LINKED, key, row.person_id, row.actor, {"how": how})


def _full(session: Session, rows: Sequence[Any], now: datetime) -> Iterator[Sign]:
    """Find who reached the cap of one rule on nearly every day of a week."""
    today = local_day(now)
    week = [(today - timedelta(days=ago)).isoformat() for ago in range(1, OF_DAYS + 1)]
    holders = {row.account_id: row.person_id for row in rows}
    ids = sorted(holders)
    for start in range(0, len(ids), AT_ONCE):
        found = (
            select(count.account_id, count.code, func.count().label("days"))
            .where(
                count.account_id.in_(ids[start : start + AT_ONCE]),
                count.period.in_(week),
                count.used == count.most,
            )
            .group_by(count.account_id, count.code)
            .having(func.count() >= FULL_DAYS)
        )
        for row in session.execute(found).all():
            person_id = holders[row.account_id]
            key = f"full:{person_id}:{row.code}:{today:%G-%V}"
            facts = {"days": row.days, "of": OF_DAYS}
            yield Sign(OddityKind.FULL, key, person_id, None, facts)


def _pairs(session: Session, part: awards.Stretch, now: datetime) -> Iterator[Sign]:
    """Find who vouches mostly for one and the same rider."""
    often = awards.pairs(session, part, FEWEST_OF_A_PAIR)
    totals = awards.totals(session, part, {row.actor for row in often})
    month = f"{local_day(now):%Y-%m}"
    for row in often:
        share = row.number * 100 // totals[row.actor]
        if share > SHARE_OF_A_PAIR:
            key = f"pair:{row.actor}:{row.person_id}:{month}"
            facts = {"number": row.number, "share": share, "points": int(row.points)}
            yield Sign(OddityKind.PAIR, key, row.person_id, row.actor, facts)


def _taken_back(session: Session, part: awards.Stretch, now: datetime) -> Iterator[Sign]:
    """Find whose awards are taken back again and again."""
    month = f"{local_day(now):%Y-%m}"
    for row in awards.taken_back(session, part, OFTEN):
        key = f"reversed:{row.actor}:{month}"
        yield Sign(OddityKind.REVERSED, key, row.of, row.actor, {"number": row.number})


def _areas(session: Session, found: Sequence[Sign]) -> dict[int, int]:
    """Return the area that answers for each rider named."""
    named = sorted({sign.person_id for sign in found if sign.person_id})
    areas: dict[int, int] = {}
    for start in range(0, len(named), AT_ONCE):
        some = rider.person_id.in_(named[start : start + AT_ONCE])
        rows = session.execute(select(rider.person_id, rider.area_id).where(some))
        areas |= {row.person_id: row.area_id for row in rows}
    return areas


def _there(session: Session, found: Sequence[Sign]) -> set[int]:
    """Return who of those who vouched is still known: of two who were one, one number is gone."""
    named = sorted({sign.verifier_id for sign in found if sign.verifier_id})
    there: set[int] = set()
    for start in range(0, len(named), AT_ONCE):
        some = person.id.in_(named[start : start + AT_ONCE])
        there |= set(session.scalars(select(person.id).where(some)))
    return there


def _keep(
    session: Session, sign: Sign, areas: dict[int, int], there: set[int], now: datetime
) -> bool:
    area_id = areas.get(sign.person_id or 0)
    if area_id is None:
        return False
    fresh = insert_into(session, PointsOddity).on_conflict_do_nothing(index_elements=["key"])
    verifier = sign.verifier_id if sign.verifier_id in there else None
    given = sign._asdict() | {"area_id": area_id, "state": OddState.OPEN, "found_at": now}
    given["verifier_id"] = verifier
    return session.scalar(fresh.returning(PointsOddity.id), given) is not None
