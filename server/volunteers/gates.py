"""Who may take part at all: age, guardians, trainings, insurance (invariants V12, V13)."""

from datetime import datetime

from sqlalchemy.orm import Session


def judge(session: Session, person_id: int, activity_id: int, now: datetime) -> None:
    """Refuse whoever may not take part in the activity: at sign-up and as a walk-in alike."""
