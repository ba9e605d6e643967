"""A shift is recorded once none of its hours waits; `endings` then looks at the activity."""

from datetime import datetime

from sqlalchemy import exists, update
from sqlalchemy.orm import Session

from server.volunteers.models import (
    RecordState,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
)

record = ServiceRecord.__table__.c
shift = Shift.__table__.c
signup = Signup.__table__.c


def settle(session: Session, shift_id: int, now: datetime) -> None:
    """Note that the shift is recorded, if it is by now; the shift must be locked.

    `record_due` stands only while hours wait, so that the queue reads nothing but those.
    """
    _credit(session, shift_id, now)
    waits = exists().where(record.shift_id == shift.id, record.state == RecordState.PENDING)
    session.execute(
        update(Shift.__table__)
        .where(shift.id == shift_id, shift.record_due.is_not(None), ~waits)
        .values(record_due=None, recorded_at=now)
    )


def _credit(session: Session, shift_id: int, now: datetime) -> None:
    """Mark the sign-ups whose hours are confirmed as credited."""
    decided = exists().where(
        record.signup_id == signup.id,
        record.state.in_((RecordState.CONFIRMED, RecordState.FINAL)),
    )
    session.execute(
        update(Signup.__table__)
        .where(
            signup.shift_id == shift_id,
            signup.state == SignupState.CHECKED_OUT,
            decided,
        )
        .values(state=SignupState.CREDITED, changed_at=now)
    )
