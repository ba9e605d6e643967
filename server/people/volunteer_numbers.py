"""The number a volunteer says in public instead of anything personal."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.areas import tree
from server.people.identities import Moved
from server.people.models import Person

DIGITS = 7
TRIES = 20


def of(session: Session, person_id: int, _now: datetime) -> str:
    """Return a person's number; whoever has none is given one, once and for all.

    It is the district's code, seven digits drawn by lot (so that nobody can count volunteers or
    guess a neighbour) and a check digit. Given by one conditional write, so two who ask at once
    get the same; a number that is taken is drawn again.
    """
    held = _held(session, person_id)
    if held:
        return held
    district = tree.root(session).code
    for _ in range(TRIES):
        if _give(session, person_id, _drawn(district)):
            break
    held = _held(session, person_id)
    if held is None:
        raise RuntimeError("no free volunteer number found")
    return held


def is_whole(number: str) -> bool:
    """Tell whether the check digit fits, so that one mistyped digit is noticed."""
    digits = [int(sign) for sign in number if sign.isascii() and sign.isdigit()]
    return len(digits) > DIGITS and _luhn(digits[:-1]) == digits[-1]


def _drawn(district: str) -> str:
    body = f"{district}{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    return f"{body}{_luhn([int(sign) for sign in body if sign.isdigit()])}"


def _luhn(digits: list[int]) -> int:
    """Return the check digit of ISO/IEC 7812, which tells every single mistyped digit."""
    doubled = [digit * 2 for digit in digits[::-2]]
    total = sum(digit - 9 if digit > 9 else digit for digit in doubled) + sum(digits[-2::-2])
    return -total % 10


def _held(session: Session, person_id: int) -> str | None:
    asked = select(Person.id, Person.volunteer_no).where(Person.id == person_id)
    row = session.execute(asked).one_or_none()
    if row is None:
        raise Moved
    number: str | None = row.volunteer_no
    return number


def _give(session: Session, person_id: int, number: str) -> bool:
    """Give the number unless the person has one by now; False when it is somebody else's."""
    lacking = update(Person).where(Person.id == person_id, Person.volunteer_no.is_(None))
    try:
        with session.begin_nested():
            session.execute(lacking.values(volunteer_no=number))
    except IntegrityError:
        return False
    return True
