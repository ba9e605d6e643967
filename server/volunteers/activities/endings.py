"""What becomes of activities that are over: recorded once everything is written down, then shelved.

Both are decided by one write each, so that a job may run twice.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from server.volunteers.models import (
    Activity,
    ActivityState,
    RecordState,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
)

MOST = 500
SHELVED_AFTER = timedelta(days=365)

_UNSETTLED = (
    SignupState.OFFERED,
    SignupState.CONFIRMED,
    SignupState.CHECKED_IN,
    SignupState.CHECKED_OUT,
)
_UNCONFIRMED = (RecordState.APPROVAL, RecordState.PENDING)


def settle(session: Session, now: datetime) -> int:
    """Mark as recorded what is over and written down: every record confirmed, or nobody came.

    A shift is written down when nobody's coming is open and no record waits for its confirmation.
    """
    somebody = exists().where(Signup.shift_id == Shift.id, Signup.state.in_(_UNSETTLED))
    waits = exists().where(
        ServiceRecord.shift_id == Shift.id, ServiceRecord.state.in_(_UNCONFIRMED)
    )
    unwritten = exists().where(Shift.activity_id == Activity.id, or_(somebody, waits))
    over = (
        select(Activity.id)
        .where(
            Activity.state == ActivityState.OPEN,
            Activity.closes_at <= now,
            Activity.ends_at <= now,
            ~unwritten,
        )
        .order_by(Activity.closes_at)
        .limit(MOST)
    )
    return _become(session, ActivityState.RECORDED, list(session.scalars(over)), ActivityState.OPEN)


def shelve(session: Session, now: datetime) -> int:
    """Shelve what has been recorded and ended a year ago."""
    old = (
        select(Activity.id)
        .where(
            Activity.state == ActivityState.RECORDED,
            Activity.closes_at <= now - SHELVED_AFTER,
            Activity.ends_at <= now - SHELVED_AFTER,
        )
        .order_by(Activity.closes_at)
        .limit(MOST)
    )
    found = list(session.scalars(old))
    return _become(session, ActivityState.ARCHIVED, found, ActivityState.RECORDED)


def _become(session: Session, state: ActivityState, found: list[int], was: ActivityState) -> int:
    changed = session.execute(
        update(Activity)
        .where(Activity.id.in_(found), Activity.state == was)
        .values(state=state)
        .execution_options(synchronize_session=False)
        .returning(Activity.id)
    )
    return len(changed.all())
