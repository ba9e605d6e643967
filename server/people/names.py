"""Names of several persons, masked as lists show them."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.models import Person
from server.people.vault import Vault

NAMELESS = "未留姓名"


def masked(name: str) -> str:
    """Return a name as it may be shown in a list: the first sign, and a star for the rest."""
    return f"{name[:1]}{'*' * min(len(name) - 1, 2)}" if len(name) > 1 else f"{name}*"


def masked_of(
    session: Session, person_ids: Iterable[int | None], *, vault: Vault
) -> dict[int, str]:
    """Return the masked name of each of these persons. One statement."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {
        row.id: masked(vault.open(row.name, f"person:{row.id}:name")) if row.name else NAMELESS
        for row in rows
    }
