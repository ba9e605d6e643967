"""Names of several persons, masked as lists show them."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from server.people import profile
from server.people.masking import masked
from server.people.vault import Vault

NAMELESS = "未留姓名"


def masked_of(
    session: Session, person_ids: Collection[int | None], *, vault: Vault
) -> dict[int, str]:
    """Return the masked name of each of these persons; who told none is called so."""
    known = profile.names_of(session, person_ids, vault=vault)
    return {
        person_id: masked(known[person_id]) if person_id in known else NAMELESS
        for person_id in person_ids
        if person_id is not None
    }
