"""Seeing a name or a phone number whole: one person at a time, for a reason that is kept."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.audit import trail
from server.office import sight
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right

SHORTEST = 4


class Whole(NamedTuple):
    """What is shown once and not kept anywhere else."""

    name: str | None
    phone: str | None


def unmask(
    session: Session, reach: Reach, person_id: int, reason: str, now: datetime, *, vault: Vault
) -> Whole:
    """Show a person's name and phone number; who looked, when and why is noted for good.

    A reason of less than four characters is none.
    """
    person, area = sight.person(session, reach, Right.UNMASK, person_id)
    why = reason.strip()
    if len(why) < SHORTEST:
        raise ReasonNeeded
    trail.record(
        session,
        reach.person_id,
        "person.unmasked",
        ("person", person_id),
        now,
        area_path=area.path,
        reason=why[:400],
    )
    place = f"person:{person_id}"
    return Whole(
        name=vault.open(person.name, f"{place}:name") if person.name else None,
        phone=vault.open(person.phone, f"{place}:phone").removeprefix("+86")
        if person.phone
        else None,
    )
