"""Who reads a table just now: one worker, for a minute that is renewed as the work goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from server.db import Database
from server.office.imports.models import ImportBatch, ImportState
from server.people.vault import Vault
from server.sheets import reading

LEASE = timedelta(seconds=reading.SECONDS + 15)
"""Longer than the reader may take before its first row."""

batch = ImportBatch.__table__.c


class House(Protocol):
    """What is needed to read: the database, the vault and the clock."""

    @property
    def db(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    def now(self) -> datetime: ...


class Lost(Exception):  # noqa: N818  a fact: the table is somebody else's, or nobody's, by now
    """The claim ran out and another worker took it up, or the table was laid aside."""


@dataclass
class Claim:
    """A table that is this worker's until the moment, which moves on as the work does."""

    id: int
    kind: str
    made_by: int
    tries: int
    until: datetime


def take(house: House) -> Claim | None:
    """Take the oldest table that waits to be read, or whose worker is gone; one worker gets it."""
    now = house.now()
    free = and_(
        batch.state == ImportState.READING,
        or_(batch.claimed_until.is_(None), batch.claimed_until < now),
    )
    with house.db.reading() as session:
        oldest = session.scalar(select(batch.id).where(free).order_by(batch.id).limit(1))
    if oldest is None:
        return None
    until = now + LEASE
    with house.db.transaction() as session:
        taken = session.execute(
            update(ImportBatch.__table__)
            .where(batch.id == oldest, free)
            .values(claimed_until=until, tries=batch.tries + 1)
            .returning(batch.id, batch.kind, batch.made_by, batch.tries)
        ).one_or_none()
    if taken is None:
        return take(house)
    return Claim(taken.id, taken.kind, taken.made_by, taken.tries, until)


def renew(session: Session, claim: Claim, now: datetime, values: Mapping[str, Any]) -> None:
    """Write down how far it has come, in the transaction of the work, while it is still ours."""
    until = now + LEASE
    kept = session.execute(
        update(ImportBatch.__table__)
        .where(
            batch.id == claim.id,
            batch.state == ImportState.READING,
            batch.claimed_until == claim.until,
        )
        .values({"claimed_until": until} | dict(values))
        .returning(batch.id)
    ).one_or_none()
    if kept is None:
        raise Lost
    claim.until = until
