"""What awards by hand rest on: kept beside the ledger, so that it can be forgotten."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.audit import trail
from server.db import insert_into
from server.riders.models import (
    PointsAccount,
    PointsEntry,
    PointsEvidence,
)

evidence = PointsEvidence.__table__.c
entry = PointsEntry.__table__.c
account = PointsAccount.__table__.c

LONGEST, LONGEST_REFERENCE = 400, 80


class Evidence(NamedTuple):
    """What somebody saw in their words, and where more of it is kept."""

    words: str
    reference: str = ""

    @property
    def cleaned(self) -> "Evidence":
        """Return it as it is kept: phone and identity numbers are left out."""
        words = trail.NUMBERS.sub("***", self.words.strip())[:LONGEST]
        return Evidence(words, self.reference.strip()[:LONGEST_REFERENCE])


def keep(session: Session, transaction_id: int, told: Evidence) -> None:
    """Keep what an award rests on; the first words stand."""
    row = told.cleaned._asdict() | {"transaction_id": transaction_id}
    session.execute(insert_into(session, PointsEvidence).values(row).on_conflict_do_nothing())


def of(session: Session, transactions: Collection[int]) -> dict[int, Evidence]:
    """Return what some awards rest on, of those that were given by hand. One statement."""
    found = select(evidence.transaction_id, evidence.words, evidence.reference)
    rows = session.execute(found.where(evidence.transaction_id.in_(transactions)))
    return {row.transaction_id: Evidence(row.words, row.reference) for row in rows}


def forget(session: Session, person_id: int) -> None:
    """Forget what was written of a person, wherever they got points for it."""
    theirs = (
        select(entry.transaction_id)
        .join(PointsAccount.__table__, account.id == entry.account_id)
        .where(account.person_id == person_id)
    )
    session.execute(delete(PointsEvidence).where(PointsEvidence.transaction_id.in_(theirs)))
