"""Who vouches for whom though they are close: one phone number, one family, one person by now."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import Guardian, Person

person = Person.__table__.c
guardian = Guardian.__table__.c
AT_ONCE = 500

SELF, PHONE, FAMILY = 1, 2, 3
"""How two are linked, as a number among the facts."""


def found(session: Session, rows: Sequence[Any]) -> Iterator[tuple[Any, int]]:
    """Yield the awards whose two sides are linked, each with how. Two statements a chunk."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        named = {each for row in some for each in (row.actor, row.approved_by, row.person_id)}
        marks = _marks(session, named)
        family = _family(session, named)
        for row in some:
            for other in filter(None, (row.actor, row.approved_by)):
                how = _how(row.person_id, other, marks, family)
                if how:
                    yield row, how
                    break


def _how(who: int, other: int, marks: dict[int, str], family: set[tuple[int, int]]) -> int | None:
    if who == other:
        return SELF
    if marks.get(who, "") and marks.get(who) == marks.get(other):
        return PHONE
    return FAMILY if {(who, other), (other, who)} & family else None


def _marks(session: Session, named: Iterable[int | None]) -> dict[int, str]:
    rows = session.execute(
        select(person.id, person.phone_mark).where(
            person.id.in_([each for each in named if each]), person.phone_mark.is_not(None)
        )
    )
    return {row.id: row.phone_mark for row in rows}


def _family(session: Session, named: Iterable[int | None]) -> set[tuple[int, int]]:
    """Return which of these persons answer for which, whether that still stands or not."""
    known = [each for each in named if each]
    rows = session.execute(
        select(guardian.minor_id, guardian.guardian_id).where(
            guardian.minor_id.in_(known), guardian.guardian_id.in_(known)
        )
    )
    return {(row.minor_id, row.guardian_id) for row in rows}
