"""Writing the trail, in the transaction of the deed itself, and proving that it is whole."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from server import chains
from server.audit.models import AuditEntry, AuditHead
from server.chains import GENESIS as GENESIS
from server.chains import Chain, Proof
from server.chains import Flaw as Flaw

NUMBERS = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[- ]?\d{4}){2}|\d{17}[\dXx])(?!\d)", re.ASCII)
"""Phone and identity numbers that somebody wrote into a reason: the trail is never cleaned."""


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
    noted = {
        "at": now.astimezone(UTC),
        "actor": actor,
        "action": action,
        "subject": subject[0],
        "subject_id": subject[1],
        "area_path": area_path,
        "reason": reason and NUMBERS.sub("***", reason),
        "facts": {name: _plain(fact) for name, fact in facts.items()},
    }
    chains.note(session, CHAIN, noted)


def verify(session: Session, known: tuple[int, str] | None = None) -> Proof:
    """Read the whole trail and tell the first place where it is not what was written.

    `known` is a length and hash copied elsewhere earlier, see `chains.verify`.
    """
    return chains.verify(session, CHAIN, known)


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an entry with the hash of the one before it."""
    return chains.hash_of(CHAIN, row)


def _said(row: Mapping[str, Any]) -> list[Any]:
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    named = ("id", "actor", "action", "subject", "subject_id", "area_path", "reason", "facts")
    return [at, *(row[name] for name in named)]


CHAIN = Chain(AuditEntry.__table__, AuditHead.__table__, _said)


def _plain(fact: object) -> object:
    return fact if fact is None or isinstance(fact, bool | int | str) else str(fact)
