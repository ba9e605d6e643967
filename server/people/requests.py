"""Requests that bear a key: the same one again gets the first answer and has no second effect."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.errors import Conflict, Mismatch
from server.people.models import KeyedRequest
from server.people.vault import Vault

keyed = KeyedRequest.__table__.c
_STORED = select(keyed.id, keyed.request_mark, keyed.status, keyed.answer).where(
    keyed.person_id == bindparam("person"), keyed.key == bindparam("key")
)


class AnotherRequest(Mismatch):
    """The key came before, with another request."""

    code = "request.another_request"


class InFlight(Conflict):
    """The first request with this key is still being answered."""

    code = "request.in_flight"


class Keyed(NamedTuple):
    """A request that bears a key; `mark` is a keyed hash of all it asks for."""

    person_id: int
    key: str
    mark: str


class Stored(NamedTuple):
    """The answer that was given the first time."""

    status: int
    body: str


def stored(session: Session, request: Keyed, *, vault: Vault) -> Stored | None:
    """Return the answer given before, if there is one; refuse a key with another request."""
    row = session.execute(_STORED, {"person": request.person_id, "key": request.key}).one_or_none()
    if row is None:
        return None
    if row.request_mark != request.mark:
        raise AnotherRequest
    return Stored(row.status, vault.open(row.answer, _place(row.id)))


def claim(session: Session, request: Keyed, now: datetime) -> int | None:
    """Take the key before the work is done, or return None when it is taken already.

    The person must be locked by the caller, so that nobody else claims for them meanwhile.
    """
    row = {
        "person_id": request.person_id,
        "key": request.key,
        "request_mark": request.mark,
        "status": 0,
        "answer": b"",
        "created_at": now,
    }
    taken = insert_into(session, KeyedRequest).on_conflict_do_nothing().returning(keyed.id)
    claimed: int | None = session.scalar(taken, row)
    return claimed


def settle(
    session: Session, claimed: int, answer: Stored, request: Keyed, now: datetime, *, vault: Vault
) -> None:
    """Keep the answer, sealed, beside the effect.

    A claim that vanished because its person was joined with another is made anew for
    `request.person_id`, who stays.
    """
    kept = session.scalar(
        update(KeyedRequest.__table__)
        .where(keyed.id == claimed)
        .values(status=answer.status, answer=vault.seal(answer.body, _place(claimed)))
        .returning(keyed.id)
    )
    if kept is None:
        again = claim(session, request, now)
        if again is not None:
            settle(session, again, answer, request, now, vault=vault)


def _place(row_id: int) -> str:
    return f"keyed_request:{row_id}"
