"""Writing the trail, in the transaction of the deed itself, and proving that it is whole.

Entries are kept with the session and chained just before the commit: the head of the chain is
the last row that a transaction locks, so that no two deeds wait for each other in a circle.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from server.audit.models import AuditEntry, AuditHead

GENESIS = "0" * 64
BATCH = 1_000
_WAITING = "audit"
NUMBERS = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[- ]?\d{4}){2}|\d{17}[\dXx])(?!\d)", re.ASCII)
"""Phone and identity numbers that somebody wrote into a reason: the trail is never cleaned."""

entry = AuditEntry.__table__.c
head = AuditHead.__table__.c


class Flaw(NamedTuple):
    """Where the trail is not what was written, and how one can tell."""

    number: int
    what: str


class Proof(NamedTuple):
    """How long the trail is, the hash it ends with, and its first flaw if it has one."""

    length: int
    hash: str
    flaw: Flaw | None


def record(  # noqa: PLR0913  what an assessor asks of each deed: who, what, to what, where, why
    session: Session,
    actor: int | None,
    action: str,
    subject: tuple[str, int | None],
    now: datetime,
    *,
    area_path: str | None = None,
    reason: str | None = None,
    **facts: object,
) -> None:
    """Note a deed, to be kept with the caller's transaction or not at all.

    `actor` is the person who acts (None: the machine), `subject` the kind and id of what was
    changed or looked at. Facts are words and numbers, never personal data; what looks like a phone
    or identity number in a reason is left out.
    """
    waiting = session.info.setdefault(_WAITING, [])
    waiting.append(
        {
            "at": now.astimezone(UTC),
            "actor": actor,
            "action": action,
            "subject": subject[0],
            "subject_id": subject[1],
            "area_path": area_path,
            "reason": reason and NUMBERS.sub("***", reason),
            "facts": {name: _plain(fact) for name, fact in facts.items()},
        }
    )


def verify(session: Session, known: tuple[int, str] | None = None) -> Proof:
    """Read the whole trail and tell the first place where it is not what was written.

    `known` is a length and hash copied elsewhere earlier: it shows also what was rewritten from
    some place to the end, which the trail by itself cannot.
    """
    previous, number = GENESIS, 0
    while rows := _page(session, number):
        for row in rows:
            number += 1
            flaw = _flaw(row, number, previous)
            if flaw is None and known and number == known[0] and row["hash"] != known[1]:
                flaw = Flaw(number, "it was rewritten since the copy")
            if flaw:
                return Proof(number, previous, flaw)
            previous = row["hash"]
    if known and number < known[0]:
        return Proof(number, previous, Flaw(number + 1, "the end is missing since the copy"))
    end = session.execute(select(head.length, head.hash)).one_or_none()
    length, last = end or (0, GENESIS)
    if (length, last) != (number, previous):
        return Proof(number, previous, Flaw(min(length, number) + 1, "the end is missing"))
    return Proof(number, previous, None)


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an entry with the hash of the one before it."""
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    named = ("id", "actor", "action", "subject", "subject_id", "area_path", "reason", "facts")
    said = [at, *(row[name] for name in named), row["previous"]]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(fact: object) -> object:
    return fact if fact is None or isinstance(fact, bool | int | str) else str(fact)


def _page(session: Session, after: int) -> list[dict[str, Any]]:
    found = select(AuditEntry.__table__).where(entry.id > after).order_by(entry.id).limit(BATCH)
    return [dict(row._mapping) for row in session.execute(found)]


def _flaw(row: Mapping[str, Any], number: int, previous: str) -> Flaw | None:
    if row["id"] != number:
        return Flaw(number, "an entry is missing")
    if row["previous"] != previous:
        return Flaw(number, "the chain is broken")
    if row["hash"] != hash_of(row):
        return Flaw(number, "the entry was changed")
    return None


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    """Chain what the transaction has noted; a savepoint leaves it to the whole."""
    if session.in_nested_transaction():
        return
    waiting = session.info.pop(_WAITING, ())
    if not waiting:
        return
    session.flush()
    # taking the head with a write makes all who append line up here
    taken = session.execute(
        update(AuditHead.__table__).values(length=head.length + len(waiting)).returning(*head)
    ).one()
    number, previous = taken.length - len(waiting), taken.hash
    for noted in waiting:
        number += 1
        row = noted | {"id": number, "previous": previous}
        previous = hash_of(row)
        session.execute(insert(AuditEntry.__table__).values(hash=previous, **row))
    session.execute(update(AuditHead.__table__).values(hash=previous))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_WAITING, None)
