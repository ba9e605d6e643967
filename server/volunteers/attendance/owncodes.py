"""A volunteer's own one-time code: they show it, the leader types or scans it."""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.db import insert_into
from server.people import identities
from server.people.vault import Vault
from server.volunteers.attendance.codes import DIGITS, SPACES
from server.volunteers.models import OwnCode

LIFE = timedelta(minutes=5)
TRIES = 20
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


class OwnCodeShown(NamedTuple):
    """Eight digits that say who one is, good once and for five minutes."""

    code: str
    expires_at: datetime


def show(session: Session, person_id: int, now: datetime, *, vault: Vault) -> OwnCodeShown:
    """Give the person a fresh code; the one before it ends."""
    identities.lock(session, person_id)
    session.execute(delete(OwnCode).where(OwnCode.person_id == person_id))
    for _ in range(TRIES):
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        mark = vault.mark(code, "own_code")
        session.execute(delete(OwnCode).where(OwnCode.mark == mark, OwnCode.expires_at <= now))
        if _is_kept(session, person_id, mark, now + LIFE):
            return OwnCodeShown(code, now + LIFE)
    raise RuntimeError("no free code found")


def use(session: Session, code: str, now: datetime, *, vault: Vault) -> int | None:
    """Return whose code it is and end it, so that it works once; None if no such is in force.

    The code is taken only once its owner is locked, as they lock themselves before asking anew.
    """
    in_force = OwnCode.mark == vault.mark(code, "own_code"), OwnCode.expires_at > now
    owner = session.scalar(select(OwnCode.person_id).where(*in_force))
    if owner is None:
        return None
    identities.lock(session, owner)
    taken = delete(OwnCode).where(OwnCode.person_id == owner, *in_force)
    return session.scalar(taken.returning(OwnCode.person_id))


def read(text: str) -> str | None:
    """Return the eight digits in what was typed or scanned, or None if it is something else."""
    folded = SPACES.sub("", unicodedata.normalize("NFKC", text[:60]))
    return folded if _CODE.fullmatch(folded) else None


def _is_kept(session: Session, person_id: int, mark: str, expires_at: datetime) -> bool:
    """Keep the code, unless somebody else was given the same."""
    row = {"person_id": person_id, "mark": mark, "expires_at": expires_at}
    kept = insert_into(session, OwnCode).on_conflict_do_nothing(index_elements=["mark"])
    return session.scalar(kept.returning(OwnCode.id), row) is not None
