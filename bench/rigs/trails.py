"""The audit trail of a rig's database: whether it is whole, and what it holds of each shift."""

from collections import Counter

from sqlalchemy import func, select

from bench.district import opened
from server.audit import trail
from server.audit.models import AuditEntry
from server.chains import Proof


def verify(url: str) -> Proof:
    """Read the whole trail and tell its first flaw, if it has one."""
    with opened(url) as database, database.reading() as session:
        return trail.verify(session)


def entries(url: str, action: str) -> Counter[int]:
    """Return how many entries of one action there are about each subject."""
    found = (
        select(AuditEntry.subject_id, func.count())
        .where(AuditEntry.action == action)
        .group_by(AuditEntry.subject_id)
    )
    with opened(url) as database, database.reading() as session:
        return Counter({subject or 0: count for subject, count in session.execute(found)})
