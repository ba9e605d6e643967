"""The yearly review of what is kept of minors (未成年人网络保护条例 §§36, 37): mere counts."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.audit.models import AuditEntry
from server.people.models import Guardian, Person

CHILD = 14
"""Years; below it data is sensitive and guardians agree (PIPL §§28, 31)."""
GROWN_UP = 18
YEAR = timedelta(days=365)


class Review(NamedTuple):
    """What a reviewer must know: how many minors, guarded how, and how often staff looked."""

    year: int
    minors: int
    under_14: int
    under_14_without_guardian: int
    guardians_withdrawn: int
    looks_by_staff: int
    staff_who_looked: int


def review(session: Session, now: datetime) -> Review:
    """Count what is kept of minors, and the looks of the last year. Four statements.

    Only the year of birth is known, so whoever may still be that young is counted.
    """
    year = now.astimezone(LOCAL).year
    minor = Person.birth_year >= year - GROWN_UP, Person.erased_at.is_(None)
    child = Person.birth_year >= year - CHILD, Person.erased_at.is_(None)
    guarded = select(Guardian.minor_id).where(Guardian.withdrawn_at.is_(None))
    minors = select(func.count()).select_from(Person).where(*minor)
    children = select(func.count()).select_from(Person).where(*child)
    ids = select(Person.id).where(*child).scalar_subquery()
    looks = session.execute(
        select(func.count(), func.count(AuditEntry.actor.distinct())).where(
            AuditEntry.subject == "person",
            AuditEntry.subject_id.in_(ids),
            AuditEntry.at > now - YEAR,
        )
    ).one()
    return Review(
        year=year,
        minors=session.scalar(minors) or 0,
        under_14=session.scalar(children) or 0,
        under_14_without_guardian=session.scalar(children.where(Person.id.not_in(guarded))) or 0,
        guardians_withdrawn=session.scalar(
            select(func.count()).select_from(Guardian).where(Guardian.withdrawn_at.is_not(None))
        )
        or 0,
        looks_by_staff=looks[0],
        staff_who_looked=looks[1],
    )
