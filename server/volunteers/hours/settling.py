"""What decided hours mean to sign-ups and shifts.

A shift is recorded once none of its hours waits; `endings` then looks at its activity.
"""

from datetime import datetime

from sqlalchemy import case, exists, or_, update
from sqlalchemy.orm import Session

from server.notices import outbox
from server.volunteers.models import (
    RecordState,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
)
from server.volunteers.signups import line

record = ServiceRecord.__table__.c
shift = Shift.__table__.c
signup = Signup.__table__.c


def anchor(shift_id: int) -> str:
    """Return what the reminders of a shift's hours hang on, and are counted by."""
    return f"records:{shift_id}"


def settle(session: Session, shift_id: int, now: datetime) -> None:
    """Note that the shift is recorded, if it is by now; the shift must be locked.

    `record_due` stands only while hours wait, so that the queue reads nothing but those.
    """
    _credit(session, shift_id, now)
    waits = exists().where(record.shift_id == shift.id, record.state == RecordState.PENDING)
    recorded = session.execute(
        update(Shift.__table__)
        .where(shift.id == shift_id, shift.record_due.is_not(None), ~waits)
        .values(record_due=None, recorded_at=now)
        .returning(shift.id)
    )
    if recorded.first() is not None:
        outbox.drop_anchor(session, anchor(shift_id), now)


def _credit(session: Session, shift_id: int, now: datetime) -> None:
    """Mark the sign-ups whose hours are confirmed as credited."""
    decided = exists().where(
        record.shift_id == signup.shift_id,
        record.person_id == signup.person_id,
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


def credit_by_hand(session: Session, person_id: int, shift_id: int, now: datetime) -> None:
    """Mark the sign-up of somebody whose hours were entered by hand; whoever had none has none.

    One who counted as not having come holds no place any more and is counted beyond them.
    """
    here = signup.person_id == person_id, signup.shift_id == shift_id
    gone = signup.state == SignupState.NO_SHOW
    waited = or_(signup.state == SignupState.CONFIRMED, gone)
    session.execute(
        update(Signup.__table__)
        .where(*here, waited)
        .values(
            state=SignupState.CREDITED,
            walk_in=case((gone, True), else_=signup.walk_in),
            changed_at=now,
        )
    )


def revoke(session: Session, person_id: int, shift_id: int, now: datetime) -> None:
    """Take the mark of presence off a sign-up whose hours are void; the shift must be locked."""
    here = signup.person_id == person_id, signup.shift_id == shift_id
    came = signup.state.in_((SignupState.CHECKED_OUT, SignupState.CREDITED))
    row = session.execute(
        update(Signup.__table__)
        .where(*here, came)
        .values(state=SignupState.REVOKED, changed_at=now)
        .returning(signup.walk_in)
    ).one_or_none()
    if row is not None and not row.walk_in:
        line.free(session, shift_id, places=1, in_line=0)
